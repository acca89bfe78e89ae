#!/usr/bin/env bash
# Prints the path of a TinyGo that builds the filter byte for byte like everybody else's.
#
# A tinygo on PATH is taken when it is the pinned version on the pinned LLVM. Otherwise TinyGo is built from its Go
# module with Debian's LLVM into .cache/tinygo (about a minute), and taken from there the next time.
# Progress goes to stderr, one line a step; stdout holds the path and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

version=0.41.1
llvm=19
home=$PWD/.cache/tinygo

# The compiler's own LLVM decides the bytes as much as its version does, so both are asked for.
pinned() {
	"$1" version 2>/dev/null | grep -q "^tinygo version $version .*LLVM version $llvm\."
}

packages() {
	local missing=() package
	for package in "llvm-$llvm-dev" "libclang-$llvm-dev" "clang-$llvm" "lld-$llvm" \
		wasi-libc "libclang-rt-$llvm-dev-wasm32" gcc g++ libc6-dev; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
	done
	[ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

# compile DIR builds TinyGo in DIR/build and lays DIR/new out.
compile() {
	local src
	mkdir -p "$1/build" "$1/new/bin" "$1/new/root/src/net"
	cat >"$1/build/go.mod" <<-GOMOD
		module tinygobuild

		go 1.26

		tool github.com/tinygo-org/tinygo

		require github.com/tinygo-org/tinygo v$version
	GOMOD
	cat >"$1/build/go.sum" <<-GOSUM
		github.com/tinygo-org/tinygo v$version h1:Hp1Frc4zQALL88t49XraSZEwkIYEjMOmmurlmsTigzE=
		github.com/tinygo-org/tinygo v$version/go.mod h1:84/U3RgZDQIMyn0ve/Q0CpfXUXnpgLtG5sfN77WkbiY=
	GOSUM
	cd "$1/build"
	export GOWORK=off GOFLAGS=-mod=mod CGO_ENABLED=1
	go build -tags "llvm$llvm" -o ../new/bin/tinygo-bin github.com/tinygo-org/tinygo
	src=$(go list -m -f '{{.Dir}}' github.com/tinygo-org/tinygo)
	cp -r "$src/src" "$src/targets" "$src/lib" ../new/root/
	chmod -R u+w ../new/root

	# The module zip comes without TinyGo's git submodules. Debian's wasi-libc and compiler-rt stand in for them: TinyGo
	# takes a library that its cache already holds.
	local target=wasm32-unknown-wasi-generic libs=../new/cache/tinygo
	mkdir -p "$libs/wasi-libc-$target" "$libs/compiler-rt-$target"
	cp /usr/lib/wasm32-wasi/libc.a "$libs/wasi-libc-$target/lib.a"
	cp -r /usr/include/wasm32-wasi "$libs/wasi-libc-$target/include"
	cp "/usr/lib/llvm-$llvm/lib/clang/$llvm/lib/wasi/libclang_rt.builtins-wasm32.a" "$libs/compiler-rt-$target/lib.a"

	cat >../new/bin/tinygo <<-WRAPPER
		#!/bin/sh
		# TinyGo with its root, its libraries and LLVM's linker, wherever this folder is moved.
		home=\$(cd "\$(dirname "\$0")/.." && pwd)
		GOCACHE=\${GOCACHE:-\$(go env GOCACHE)} TINYGOROOT=\$home/root XDG_CACHE_HOME=\$home/cache \\
			PATH=/usr/lib/llvm-$llvm/bin:\$PATH exec "\$home/bin/tinygo-bin" "\$@"
	WRAPPER
	chmod +x ../new/bin/tinygo
}

install() {
	! pinned "$home/bin/tinygo" || return 0 # another run was faster
	packages || die "cannot build TinyGo without these; or put TinyGo $version, built on LLVM $llvm, on PATH"
	command -v go >/dev/null || die "needs go on PATH"
	say "building TinyGo $version with LLVM $llvm into .cache/tinygo (about a minute)"
	# Built aside and moved into place whole: a run that was cut short leaves nothing that looks finished.
	local work
	work=$(mktemp -d "$PWD/.cache/tinygo.XXXXXX")
	# shellcheck disable=SC2064 # now, while work is known
	trap "rm -rf '$work'" EXIT
	if ! (compile "$work") >"$work/log" 2>&1 || ! pinned "$work/new/bin/tinygo"; then
		cat "$work/log" >&2
		die "TinyGo does not build"
	fi
	rm -rf "$home"
	mv "$work/new" "$home"
}

if path=$(command -v tinygo) && pinned "$path"; then
	echo "$path"
	exit
fi
pinned "$home/bin/tinygo" || locked .cache/tinygo.lock install
echo "$home/bin/tinygo"
