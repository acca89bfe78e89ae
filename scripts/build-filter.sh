#!/usr/bin/env bash
# build-filter.sh OUT builds the filter to OUT, and build-filter.sh OUT PACKAGE another module in TinyGo: the same bytes from
# any folder.
set -euo pipefail
[ $# = 1 ] || [ $# = 2 ] || { echo "usage: build-filter.sh OUT [PACKAGE]" >&2; exit 2; }
out=$(realpath -m "$1") package=${2:-./filter}
cd "$(dirname "$0")/.."
. scripts/lib.sh

# Pieces of Go's standard library are in the module, so the release decides the bytes too; go fetches it when need be.
export GOTOOLCHAIN=go1.26.8

tinygo=$(scripts/tinygo.sh)
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
if ! WASMOPT=$work/wasm-opt GOFLAGS='' "$tinygo" build -o "$work/linked.wasm" -target=wasip1 -buildmode=c-shared \
	-scheduler=none -no-debug -opt=z -tags custommalloc "$package" >"$work/log" 2>&1; then
	grep -v 'is not a recognized feature' "$work/log" >&2 # of LLVM 19; harmless
	die "$package does not build"
fi
if [ "$package" = ./filter ]; then # it is told which callbacks that has
	go run ./filter/internal/prune "$work/linked.wasm" "$out"
else
	cp "$work/linked.wasm" "$out"
fi
