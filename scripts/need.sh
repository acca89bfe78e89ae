#!/usr/bin/env bash
# need.sh COMMAND PACKAGE...: makes sure that a command is there; as root it installs the Debian packages.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

need "$@"
