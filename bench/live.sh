#!/usr/bin/env bash
# How long from saving the config to the next request: 200 edits on a real Envoy, on this machine, and the same edits
# beside them from the floor: a bare server that holds each response ready and sends it when the file is renamed.
# ENVOY names the binary.
set -euo pipefail
cd "$(dirname "$0")/.."
go test ./e2e -run '^$' -bench SaveToLive -benchtime "${EDITS:-200}x" -timeout 30m |
	awk -F '\t' '/^Benchmark/ { for (i = 1; i <= NF; i++) print $i; next } { print }'
