#!/bin/sh
# Builds the filter to OUT: the same bytes from any folder.
set -eu
[ $# = 1 ] || { echo "usage: build-filter.sh OUT" >&2; exit 2; }
case $1 in /*) out=$1 ;; *) out=$PWD/$1 ;; esac
root=$(cd "$(dirname "$0")/.." && pwd)
tinygo=$("$root/scripts/tinygo.sh")

# custommalloc keeps TinyGo from exporting malloc. Envoy would prefer that to the SDK's allocator, and TinyGo never
# frees what malloc gave: every header read back from Envoy would leak.
# c-shared makes a reactor (_initialize); Envoy refuses a command (_start), which ends in proc_exit.
cd "$root"
"$tinygo" build -o "$out" -target=wasip1 -buildmode=c-shared -scheduler=none -no-debug -opt=z -tags custommalloc ./filter
