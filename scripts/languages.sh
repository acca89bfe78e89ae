#!/usr/bin/env bash
# Makes sure that the compilers of test-languages are there, but for TinyGo: see tinygo.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

need npm nodejs npm || die "AssemblyScript needs Node.js with npm: https://nodejs.org"
command -v cargo >/dev/null || die "Rust is missing: https://rustup.rs"
if ! [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-wasip1" ]; then
	command -v rustup >/dev/null || die "this Rust has no target wasm32-wasip1, and no rustup that adds it"
	rustup --quiet target add wasm32-wasip1 || die "rustup could not add the target wasm32-wasip1"
fi
