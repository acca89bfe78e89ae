#!/usr/bin/env bash
# What one change costs a management server that many Envoys follow; main.go says how it is measured. Takes main.go's
# flags, as in: bench/fanout/run.sh -clients 1000 -rounds 4.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/" ./cmd/xds-server ./bench/fanout
"$work/fanout" -xds-server "$work/xds-server" "$@"
