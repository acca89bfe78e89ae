#!/bin/sh
# Builds the filter to OUT: the same bytes from any folder.
set -eu
[ $# = 1 ] || { echo "usage: build-filter.sh OUT" >&2; exit 2; }
case $1 in /*) out=$1 ;; *) out=$PWD/$1 ;; esac
root=$(cd "$(dirname "$0")/.." && pwd)
tinygo=$("$root/scripts/tinygo.sh")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# TinyGo ends with wasm-opt. Its bytes differ from version to version and Debian to Debian, and it gains 3 % of size and
# no measurable time: this stands in for it, called as "wasm-opt -Oz -g IN --output OUT".
cat >"$work/wasm-opt" <<'STUB'
#!/bin/sh
case $1 in
--version) echo "wasm-opt version 108" ;;
*) cp "$3" "$5" ;;
esac
STUB
chmod +x "$work/wasm-opt"

# custommalloc keeps TinyGo from exporting malloc. Envoy would prefer that to the SDK's allocator, and TinyGo never
# frees what malloc gave: every header read back from Envoy would leak.
# c-shared makes a reactor (_initialize); Envoy refuses a command (_start), which ends in proc_exit.
cd "$root"
if ! WASMOPT=$work/wasm-opt "$tinygo" build -o "$work/linked.wasm" -target=wasip1 -buildmode=c-shared \
	-scheduler=none -no-debug -opt=z -tags custommalloc ./filter 2>"$work/log"; then
	grep -v 'is not a recognized feature' "$work/log" >&2 # of LLVM 19; harmless
	exit 1
fi
go run ./filter/internal/prune "$work/linked.wasm" "$out"
