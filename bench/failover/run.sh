#!/usr/bin/env bash
# What a backend that turns bad and good by turns costs, with livefilter and with what Envoy has of its own; main.go says
# how it is measured. Takes main.go's flags, as in: bench/failover/run.sh -turns 5. Envoy is $ENVOY, or what
# scripts/envoy.sh finds.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/lib.sh

envoy=${ENVOY:-$(scripts/envoy.sh)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/" ./cmd/xds-server ./bench/failover
"$work/failover" -envoy "$envoy" -server "$work/xds-server" "$@"
