#!/usr/bin/env bash
# test-deb.sh PACKAGE.deb: installs the Debian package on a Debian of its own that systemd has started, and looks at the service:
# what it can do, what it cannot, and what edits, reload, upgrade, remove and purge do. For root on Debian or Ubuntu; nothing is
# installed on this machine but debootstrap and systemd-container.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

[ $# = 1 ] || die "usage: test-deb.sh PACKAGE.deb"
package=$(realpath "$1")
[ "$(id -u)" = 0 ] || die "only root can start a systemd of its own"
need debootstrap debootstrap
need systemd-nspawn systemd-container

# bootstrap makes the Debian once; a test gets a copy.
bootstrap() {
	[ ! -d .cache/debian/root ] || return 0
	say "test-deb: a minimal Debian comes into .cache/debian (2 minutes, once)"
	rm -rf .cache/debian/new
	mkdir -p .cache/debian
	debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,adduser bookworm .cache/debian/new >.cache/debian/log 2>&1 ||
		die "no Debian: see .cache/debian/log"
	mv .cache/debian/new .cache/debian/root
}
locked .cache/debian.lock bootstrap

work=$(mktemp -d)
pid='' init=''
# shellcheck disable=SC2317 # called by trap
stop() {
	if [ -n "$pid" ]; then
		kill -KILL ${init:+"$init"} "$pid" 2>/dev/null || true # with the init goes all that runs there
		wait "$pid" 2>/dev/null || true
	fi
	rm -rf "$work"
}
trap stop EXIT
cp -a .cache/debian/root "$work/root"
cp "$package" "$work/root/opt/livefilter.deb"
systemd-nspawn -q -D "$work/root" --private-network --register=no --keep-unit --boot --console=pipe </dev/null >"$work/log" 2>&1 &
pid=$!

# inside COMMAND... runs a command there.
inside() { nsenter -t "$init" -a -- "$@"; }

# eventually COMMAND... waits until a command succeeds.
eventually() {
	local deadline=$((SECONDS + 120))
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $deadline ] || { inside journalctl -u livefilter --no-pager -o cat >&2 || cat "$work/log" >&2; die "never: $*"; }
		sleep 0.2
	done
}

no() { if "$@" >/dev/null 2>&1; then die "it should not: $*"; fi; }

booted() { init=$(pgrep -P "$pid") && inside systemctl is-system-running; }
served() { inside journalctl -u livefilter --no-pager -o cat | grep -c 'msg="config is served"' | grep -qx "$1"; }
restarted() { local now; now=$(inside systemctl show -p MainPID --value livefilter) && [ "$now" != 0 ] && [ "$now" != "$1" ] && inside xds-server status --json; }

eventually booted
inside dpkg -i /opt/livefilter.deb >/dev/null
no inside systemctl is-active livefilter
cat >"$work/root/etc/livefilter/livefilter.yaml" <<-'EOF'
	filters:
	  - {name: my-wasm-filter, headers: [{name: User-Agent, values: [hello]}]}
	upstreams:
	  - {name: api, host: 127.0.0.1, port: 8080}
EOF
inside systemctl enable --now --quiet livefilter
eventually served 1
inside xds-server version
inside systemd-analyze verify /lib/systemd/system/livefilter.service
inside systemd-analyze security --threshold=20 livefilter >"$work/security" || { cat "$work/security" >&2; die "the unit is open"; }

say "test-deb: what the service can write, and see"
main=$(inside systemctl show -p MainPID --value livefilter)
for place in /usr /etc /var /root /var/lib; do
	no inside nsenter -t "$main" -m touch $place/written
done
inside nsenter -t "$main" -m touch /etc/livefilter/written /var/lib/livefilter/written
inside rm /etc/livefilter/written /var/lib/livefilter/written
inside grep -q '^CapBnd:.*0000000000000000' "/proc/$main/status"
inside grep -q '^NoNewPrivs:.*1' "/proc/$main/status"
[ "$(inside stat -c '%U %a' /etc/livefilter /var/lib/livefilter /etc/livefilter/livefilter.yaml | tr '\n' ,)" = "livefilter 750,livefilter 700,livefilter 640," ] ||
	die "other owners or modes: $(inside ls -la /etc/livefilter /var/lib/livefilter)"

say "test-deb: edits, rollback, reload, upgrade, remove, purge"
inside sed -i s/hello/there/ /etc/livefilter/livefilter.yaml
eventually served 2
inside xds-server rollback 1 --timeout 1ms >/dev/null 2>&1 || true # it is never live, without an Envoy
eventually inside grep -q hello /etc/livefilter/livefilter.yaml
inside sed -i s/hello/there/ /etc/livefilter/livefilter.yaml
inside systemctl reload livefilter
main=$(inside systemctl show -p MainPID --value livefilter)
inside dpkg -i /opt/livefilter.deb >/dev/null
eventually restarted "$main"
inside systemctl is-active --quiet livefilter
inside grep -q there /etc/livefilter/livefilter.yaml
inside dpkg -r livefilter >/dev/null
no inside systemctl is-active livefilter
inside test -e /etc/livefilter/livefilter.yaml -a -e /var/lib/livefilter
inside dpkg -P livefilter >/dev/null
no inside test -e /etc/livefilter -o -e /var/lib/livefilter
say "test-deb: all well; $(tail -n1 "$work/security" | sed 's/^[^O]*//')"
