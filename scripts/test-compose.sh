#!/usr/bin/env bash
# test-compose.sh: docker-compose.yaml and the Dockerfile on a real engine, as a user would. Arguments go to go test.
set -euo pipefail
cd "$(dirname "$0")/.."

[ "${LIVEFILTER_TEST:-}" = compose ] || LIVEFILTER_TEST=compose exec scripts/docker.sh scripts/test-compose.sh "$@"

# The test cleans up by itself; this is for one that was interrupted.
clean() {
	docker compose --project-name livefilter-test down --volumes --rmi local >/dev/null 2>&1 || true
	rm -rf .cache/compose-test-*
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

scripts/need.sh curl curl
scripts/docker-images.sh
go test -tags compose -count=1 -timeout 30m -v "$@" ./e2e/compose
