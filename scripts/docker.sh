#!/usr/bin/env bash
# docker.sh COMMAND...: runs a command that finds a Docker engine and Docker Compose v2.
#
# Engine:  the one that answers; where none does, root gets one of its own, that keeps its data in .cache/docker, is
#          alone in having LIVEFILTER_DOCKER=own, and is gone, with all that it changed, when the command ends.
# Compose: the one that is installed; where none is, it is built from tools/compose into .cache/docker (2 to 3 minutes).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

[ $# -gt 0 ] || die "usage: docker.sh COMMAND..."
cache=$PWD/.cache/docker
advice="start Docker (https://docs.docker.com/engine/install), or run this as root on Debian or Ubuntu, where it starts an engine of its own"

# install_engine gets dockerd. Debian's package would also start it, as a service for good: it asks policy-rc.d first.
install_engine() {
	local policy=/usr/sbin/policy-rc.d made=
	if [ -d ${policy%/*} ] && ! [ -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && made=$policy
	fi
	local status=0
	apt_install docker.io iptables || status=1
	rm -f $made
	return $status
}

# firewall TOOL prints the rules without their counters; nothing where there is no such tool.
firewall() { "$1-save" 2>/dev/null | sed -e '/^#/d' -e 's/ \[[0-9:]*\]$//' || true; }

# remember notes what dockerd will change on this machine, and restore takes that back: its rules and chains, the policy
# of FORWARD, IP forwarding, its bridge, its folders.
remember() {
	firewall iptables >"$run/iptables"
	firewall ip6tables >"$run/ip6tables"
	forwarding=$(cat /proc/sys/net/ipv4/ip_forward)
	bridge=$([ -e /sys/class/net/docker0 ] || echo docker0)
	folders=()
	local folder
	for folder in /etc/docker /run/docker; do
		[ -e $folder ] || folders+=("$folder")
	done
}

restore() {
	local tool policy
	for tool in iptables ip6tables; do
		command -v $tool-save >/dev/null || continue
		policy=$(sed -n 's/^:FORWARD //p' "$run/$tool" | head -n1)
		firewall $tool | awk 'FILENAME != "-" { had[$0]; next } $0 in had || !/docker|DOCKER/' "$run/$tool" - | $tool-restore
		$tool -P FORWARD "${policy:-ACCEPT}"
	done
	echo "$forwarding" >/proc/sys/net/ipv4/ip_forward
	[ -z "$bridge" ] || ip link delete "$bridge"
	rm -rf "${folders[@]}"
}

start_engine() {
	# Engines share the machine's bridge and firewall: those of two checkouts take turns.
	exec 9>/tmp/livefilter-docker.lock
	flock -n 9 || { say "docker: waiting for the engine of another checkout" && flock 9; }
	run=$(mktemp -d /tmp/livefilter-docker.XXXXXX)
	remember
	trap stop_engine EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
	export DOCKER_HOST=unix://$run/docker.sock LIVEFILTER_DOCKER=own
	unset DOCKER_CONTEXT
	# Its mounts are in a namespace of their own, and end with it. Ctrl-C is not for it, but it ends with this script.
	setsid setpriv --pdeathsig TERM -- unshare --mount --propagation slave dockerd --host "$DOCKER_HOST" --data-root "$cache/data" \
		--exec-root "$run/exec" --pidfile "$run/pid" --cgroup-parent livefilter-docker \
		</dev/null >"$cache/dockerd.log" 2>&1 9>&- &
	engine=$!
	for ((i = 0; i < 300; i++)); do
		if docker info >/dev/null 2>&1; then
			say "docker: started an engine, $(docker version -f '{{.Server.Version}}'), for this run"
			return
		fi
		kill -0 "$engine" 2>/dev/null || break
		sleep 0.1
	done
	tail -n 5 "$cache/dockerd.log" >&2
	die "dockerd does not start; its log is .cache/docker/dockerd.log"
}

# stop_engine leaves images and build caches in .cache/docker, and nothing anywhere else.
stop_engine() {
	local status=$?
	set +e
	trap '' INT TERM HUP
	docker ps -aq | xargs -r docker rm -f -v
	docker network prune -f
	docker volume ls -q | xargs -r docker volume rm
	kill "$engine"
	for ((i = 0; i < 150; i++)); do
		kill -0 "$engine" || break
		sleep 0.1
	done
	kill -KILL "$engine"
	wait "$engine"
	restore
	find /sys/fs/cgroup -depth -type d -path '*/livefilter-docker*' -exec rmdir {} +
	rm -rf "$run"
	exit $status
} >/dev/null 2>&1

# build_compose builds Compose where the docker command looks for plugins when DOCKER_CONFIG is $cache/cli.
plugin=$cache/cli/cli-plugins/docker-compose
build_compose() {
	local version
	version=$(sed -n 's|.*github.com/docker/compose/v2 \(v[0-9.]*\).*|\1|p' tools/compose/go.mod)
	if [ "$("$plugin" version --short 2>/dev/null)" != "${version#v}" ]; then
		say "docker: building Compose $version into .cache/docker (2 to 3 minutes, once)"
		go -C tools/compose build -trimpath -o "$plugin" \
			-ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=$version" github.com/docker/compose/v2/cmd
	fi
}

mkdir -p "$cache"
if docker info >/dev/null 2>&1; then
	DOCKER_HOST=${DOCKER_HOST:-$(docker context inspect -f '{{.Endpoints.docker.Host}}')}
	export DOCKER_HOST
	say "docker: using the engine that answers, $(docker version -f '{{.Server.Version}}')"
else
	[ "$(id -u)-$(uname)" = 0-Linux ] || die "no Docker engine answers here: $advice"
	if ! command -v dockerd >/dev/null || ! command -v iptables >/dev/null; then
		install_engine || die "$advice"
	fi
	exec 8>"$cache/lock"
	flock -n 8 || { say "docker: waiting for another run that uses .cache/docker" && flock 8; }
	start_engine
fi
if ! docker compose version >/dev/null 2>&1; then
	locked "$cache/compose.lock" build_compose
	export DOCKER_CONFIG=$cache/cli
fi
"$@" 8>&- 9>&-
