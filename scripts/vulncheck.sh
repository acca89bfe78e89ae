#!/usr/bin/env bash
# Asks govulncheck whether what ships calls code with a known vulnerability, Go's own library included.
# VULNDB=newest (the default) asks Go's database, or, where the network has no more than a module proxy, its newest copy there;
# VULNDB=pinned the copy that tools/vulndb.txt names: the same commit has the same verdict. It never passes unasked.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

module=golang.org/x/vulndb
go -C tools build -o ../.cache/bin/ golang.org/x/vuln/cmd/govulncheck

# copy VERSION prints the folder with the entries of the database as the module of that version has them.
copy() {
	local found
	found=$(cd "${TMPDIR:-/tmp}" && GOFLAGS='' go mod download -json "$module@$1" 2>&1) ||
		die "the database cannot be asked: neither https://vuln.go.dev nor $module@$1 can be reached: nothing is checked"
	sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p' <<<"$found"
}

case ${VULNDB:=newest} in
pinned) database=file://$(copy "$(sed '/^#/d' tools/vulndb.txt)")/data/osv ;;
newest)
	database=https://vuln.go.dev
	if ! curl -fsS -m 20 -o /dev/null "$database/index/db.json" 2>/dev/null; then
		database=file://$(copy latest)/data/osv
	fi
	;;
*) die "VULNDB=$VULNDB: must be newest or pinned" ;;
esac

# What ships is built with the Go that go.mod names, or a newer one; go fetches it where it may.
wanted=$(sed -n 's/^toolchain //p' go.mod)
if [ "$(printf '%s\n' "$wanted" "$(go env GOVERSION)" | sort -V | tail -n1)" = "$wanted" ]; then export GOTOOLCHAIN=$wanted; fi
say "vulncheck: $(go env GOVERSION), against $database"
.cache/bin/govulncheck -db "$database" ./cmd/... ./filter
