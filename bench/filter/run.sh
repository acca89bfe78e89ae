#!/usr/bin/env bash
# What the filter adds to a request's way through Envoy, beside other ways to do the same; main.go says how it is
# measured. Takes main.go's flags, as in: bench/filter/run.sh -rounds 300. Envoy is $ENVOY, or what scripts/envoy.sh
# finds. Rust is measured where its target wasm32-wasip1 is installed, C where clang with its wasm linker is.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/lib.sh

envoy=${ENVOY:-$(scripts/envoy.sh)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ways=(-module "livefilter=$PWD/internal/builtin/filter.wasm")

target=wasm32-wasip1
if command -v cargo >/dev/null && [ -d "$(rustc --print target-libdir --target $target 2>/dev/null)" ]; then
	say "bench-filter: building the module in Rust"
	if cargo build --quiet --release --manifest-path bench/filter/rust/Cargo.toml \
		--target $target --target-dir "$work/rust" >"$work/log" 2>&1; then
		ways+=(-other "Rust=$work/rust/$target/release/filter.wasm")
	else
		cat "$work/log" >&2
		say "bench-filter: goes on without Rust"
	fi
else
	say "bench-filter: goes on without Rust (no target $target here: rustup target add $target)"
fi

if command -v clang-19 >/dev/null && command -v wasm-ld-19 >/dev/null; then
	clang-19 --target=wasm32 -O2 -nostdlib -Wno-unused-parameter -fuse-ld="$(command -v wasm-ld-19)" -Wl,--no-entry \
		-o "$work/c.wasm" bench/filter/c/filter.c
	ways+=(-other "C by hand, no SDK=$work/c.wasm")
else
	say "bench-filter: goes on without C (no clang-19 and lld-19 here)"
fi

go build -o "$work/bench" ./bench/filter
"$work/bench" -envoy "$envoy" "${ways[@]}" "$@"
