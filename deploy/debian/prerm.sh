#!/bin/sh
# An upgrade restarts the server when the new one is there: Envoys go on meanwhile.
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
	systemctl disable --now livefilter.service
fi
