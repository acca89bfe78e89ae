#!/usr/bin/env bash
# Runs each fuzz target of the module for $FUZZTIME (60s), one after the other, and stops at the first that fails.
# What a target finds is kept by go under testdata/fuzz of its package, to be committed with the fix.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

found=0
while IFS=: read -r file line; do
	target=${line#func }
	target=${target%%(*}
	say "== fuzz: $target in ${file%/*} for ${FUZZTIME:=60s}"
	# Else go may spend a minute, and so all of the time, on making one input that reaches new code shorter.
	go test -run '^$' -fuzz "^$target\$" -fuzztime "$FUZZTIME" -fuzzminimizetime 10x "${file%/*}"
	found=1
done < <(find . -name '*_test.go' -not -path './.*' -exec grep -H '^func Fuzz' {} + | sort)

[ $found = 1 ] || die "no fuzz target found"
