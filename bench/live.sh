#!/usr/bin/env bash
# How long from saving the config to the next request: 200 edits on a real Envoy, on this machine.
# ENVOY names the binary.
set -euo pipefail
cd "$(dirname "$0")/.."
exec go test ./e2e -run '^$' -bench SaveToLive -benchtime "${EDITS:-200}x" -timeout 30m
