#!/usr/bin/env bash
# Builds the binaries as the Dockerfile does, twice: in two folders, each with a cache and a module cache of its own; and the
# built-in module in a third folder. Fails unless both are the same to the byte, and the module is the committed one.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

root=$PWD
build=$(sed -n 's|.*\(go build .*\) -o /out/ ./cmd/xds-server$|\1|p' Dockerfile)
[ -n "$build" ] || die "the Dockerfile has no line 'go build … -o /out/ ./cmd/xds-server'"
modules=$(go env GOMODCACHE)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sources() {
	mkdir -p "$1"
	cp -r go.mod go.sum cmd internal filter scripts "$1"
}

# binaries FOLDER: the path of the module cache differs too; its files need not be fetched twice for that.
binaries() {
	sources "$1"
	mkdir -p "$1/cache"
	ln -s "$modules" "$1/cache/mod"
	(cd "$1" && export CGO_ENABLED=0 GOCACHE=$1/cache/go GOMODCACHE=$1/cache/mod GOFLAGS='' && eval "$build" -o "$work/$2/" ./cmd/xds-server ./cmd/ua-echo)
	rm -rf "$1/cache"
}

binaries "$work/a" one
binaries "$work/another/folder/of a longer name" two
for binary in xds-server ua-echo; do
	cmp "$work/one/$binary" "$work/two/$binary" || die "$binary has other bytes in another folder"
done

tinygo=$(scripts/tinygo.sh)
sources "$work/module"
printf '#!/bin/sh\necho "%s"\n' "$tinygo" >"$work/module/scripts/tinygo.sh"
(cd "$work/module" && GOCACHE=$work/module/cache scripts/build-filter.sh filter.wasm)
cmp "$work/module/filter.wasm" internal/builtin/filter.wasm || die "filter.wasm has other bytes in another folder"

say "reproducible: with $(go env GOVERSION) these are the same from any folder:"
(cd "$work/one" && sha256sum xds-server ua-echo && cd "$root/internal/builtin" && sha256sum filter.wasm)
