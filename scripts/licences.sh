#!/usr/bin/env bash
# licences.sh BOM...: fails unless all that is linked (the BOMs of sbom.sh say what) has a licence of the list below, and
# THIRD_PARTY.txt is what they ask for: each one's licence and notice, which go with the binaries. $UPDATE=1 writes it.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: licences.sh BOM..." >&2; exit 2; }
boms=$(realpath -- "$@")
cd "$(dirname "$0")/.."
. scripts/lib.sh

# Who takes over the binaries owes these no more than their text.
allowed='["Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Apache-2.0 WITH LLVM-exception",
	"Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT"]'

need jq jq || die "jq is needed"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2086 # paths without blanks, or realpath's lines
jq -r '[.. | objects | select(.components)] | .[].components[] | [.name, ((.licenses // []) | map(.license.id // .license.name // .expression) | join(" AND "))] | @tsv' \
	$boms | sort -u >"$work/linked"
refused=$(jq -Rr --argjson allowed "$allowed" 'split("\t") | select(.[0] != "filter.wasm") | select(.[1] | IN($allowed[]) | not)
	| "\(.[0]): \(if .[1] == "" then "no licence found" else .[1] end)"' "$work/linked")
[ -z "$refused" ] || die "linked, and of a licence that is not on the list of scripts/licences.sh:
$refused"

# folder NAME: where the licence of a component is, on this machine.
folder() {
	case $1 in
	std) go env GOROOT ;;
	tinygo) go mod download -json "github.com/tinygo-org/tinygo@v$(sed -n 's/^version=//p' scripts/tinygo.sh)" | jq -r .Dir ;;
	*) go list -m -f '{{.Dir}}' "$1" ;;
	esac
}

# texts prints, per licence text, whose it is and then the text: many have the same.
texts() {
	mkdir "$work/texts"
	while IFS=$'\t' read -r name licence; do
		case $name in filter.wasm | wasi-libc | compiler-rt) continue ;; esac
		dir=$(folder "$name")
		for file in "$dir"/LICENSE* "$dir"/NOTICE*; do
			[ -f "$file" ] || continue
			sum=$(sha256sum <"$file" | cut -c1-16)
			cp "$file" "$work/texts/$sum.text"
			echo "$name ($licence)" >>"$work/texts/$sum.who"
		done
	done <"$work/linked"
	echo "xds-server, ua-echo and the built-in module contain these, under the licences that follow. Made by 'make licences UPDATE=1'."
	echo "The module also has parts of Debian's wasi-libc and of LLVM's compiler-rt, each under Apache-2.0 WITH LLVM-exception."
	for who in $(for w in "$work"/texts/*.who; do echo "$(head -1 "$w" | tr ' ' _)#$w"; done | sort | sed 's/.*#//'); do
		printf '\n%s\n' "--------------------------------------------------------------------------------"
		cat "$who"
		echo
		tr -d '\r' <"${who%.who}.text"
		[ -z "$(tail -c1 "${who%.who}.text")" ] || echo
	done
}
texts >"$work/THIRD_PARTY.txt"
if [ -n "${UPDATE:-}" ]; then cp "$work/THIRD_PARTY.txt" THIRD_PARTY.txt; fi
cmp -s "$work/THIRD_PARTY.txt" THIRD_PARTY.txt || {
	diff THIRD_PARTY.txt "$work/THIRD_PARTY.txt" | head -20 >&2
	die "THIRD_PARTY.txt is not what is linked: run 'make licences UPDATE=1' and commit it"
}
say "licences: $(wc -l <"$work/linked") parts, all of the list"
