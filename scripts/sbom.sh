#!/usr/bin/env bash
# sbom.sh FOLDER writes xds-server.cdx.json and ua-echo.cdx.json there: what is linked into the two binaries of the images, and
# into the module that xds-server carries, with licences. The same source gives the same bytes: no serial number, no time.
# $VERSION is the version that stands in them; else it is made of the commit. $GOOS is the system, linux unless set.
set -euo pipefail
[ $# = 1 ] || { echo "usage: sbom.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
out=$(realpath "$1")
cd "$(dirname "$0")/.."
. scripts/lib.sh

need jq jq || die "jq is needed"
root=$PWD
export CGO_ENABLED=0 GOOS=${GOOS:-linux} GOARCH=amd64 GOFLAGS=-buildvcs=false
tinygo=$(sed -n 's/^version=//p' scripts/tinygo.sh)
: "${VERSION:=v0.0.0-$(TZ=UTC git show -s --abbrev=12 --date=format-local:%Y%m%d%H%M%S --format=%cd-%h 2>/dev/null || echo unknown)}"
mkdir -p .cache/bin
(unset GOOS GOARCH && go -C tools/sbom build -o "$root/.cache/bin/" github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod)

# cyclonedx-gomod takes the version from git's tags and reads no worktree: it gets a repository of its own.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
cp -r go.mod go.sum LICENSE cmd internal filter "$work/src"
git -C "$work/src" init -q
git -C "$work/src" -c user.name=sbom -c user.email=sbom@localhost -c commit.gpgsign=false commit -q --allow-empty -m sbom
git -C "$work/src" tag "$VERSION"

# components PACKAGE: a BOM. The detector takes Go's own licence for a relative of it: who has these very bytes has that licence.
components() {
	"$root/.cache/bin/cyclonedx-gomod" app -json -licenses -assert-licenses -noserial -notimestamp -std -main "$1" "$work/src" 2>"$work/log" |
		jq --argjson go "$golang" 'def named($id): [{license: {id: $id}}];
			.metadata.component.licenses = named("Apache-2.0") |
			(.components[] | select(.name == "std" or IN(.name; $go[])).licenses) = named("BSD-3-Clause")' ||
		{ cat "$work/log" >&2; die "no SBOM of $1"; }
}
golang=$(go list -deps -f '{{with .Module}}{{.Path}} {{.Dir}}{{end}}' ./cmd/... ./filter | sort -u | while read -r path dir; do
	if cmp -s "$(go env GOROOT)/LICENSE" "$dir/LICENSE"; then printf '%s\n' "$path"; fi
done | jq -Rn '[inputs]')

GOOS=wasip1 GOARCH=wasm components filter >"$work/filter.json"
components cmd/ua-echo >"$out/ua-echo.cdx.json"
components cmd/xds-server >"$work/xds-server.json"
jq -n --slurpfile server "$work/xds-server.json" --slurpfile filter "$work/filter.json" --arg tinygo "$tinygo" \
	--arg sum "$(sha256sum <internal/builtin/filter.wasm | cut -d' ' -f1)" -f scripts/sbom.jq >"$out/xds-server.cdx.json"
say "sbom: $(cd "$out" && ls -x ./*.cdx.json) of $VERSION"
