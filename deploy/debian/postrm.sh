#!/bin/sh
# purge takes what the server kept; the user stays, as Debian's do, so that no other gets its number.
set -e
if [ "$1" = purge ]; then
	rm -rf /var/lib/livefilter /etc/livefilter
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
