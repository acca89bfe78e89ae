#!/bin/sh
# The user, whose the config is: see livefilter.service. Nothing is started before the config says what is to be served.
set -e
if [ "$1" = configure ]; then
	if ! getent passwd livefilter >/dev/null; then
		adduser --quiet --system --group --no-create-home --home /var/lib/livefilter --gecos livefilter livefilter
	fi
	if [ -z "$2" ]; then # not an upgrade
		chown livefilter:livefilter /etc/livefilter /etc/livefilter/livefilter.yaml
		chmod 0750 /etc/livefilter
		chmod 0640 /etc/livefilter/livefilter.yaml
		echo "livefilter: edit /etc/livefilter/livefilter.yaml, then: systemctl enable --now livefilter"
	fi
	if [ -d /run/systemd/system ]; then
		systemctl daemon-reload
		systemctl try-restart livefilter.service
	fi
fi
