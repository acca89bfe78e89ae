#!/usr/bin/env bash
# Prints the folder of `prometheus` and `promtool`: that of $PATH, or .cache/prometheus, where Debian's package is unpacked
# once. It is not installed: that would start a Prometheus on this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

# download brings the package into the folder it is called in, where apt's own user may not write.
download() { apt_get -o APT::Sandbox::User=root download prometheus; }

# fetch unpacks into a folder of its own and moves it into place at the end: there is never half of one.
fetch() {
	[ ! -x .cache/prometheus/prometheus ] || return 0
	command -v apt-get >/dev/null || die "please put prometheus and promtool on PATH: https://prometheus.io/download"
	say "prometheus: unpacking Debian's package into .cache/prometheus (19 MB, once)"
	local work
	work=$(mktemp -d .cache/prometheus.XXXXXX)
	# shellcheck disable=SC2064 # the folder of this very call
	trap "rm -rf '$work'" EXIT
	(cd "$work" && { download || { apt_get update && download; }; }) >&2 ||
		die "Debian's prometheus does not come; put prometheus and promtool on PATH"
	dpkg-deb -x "$work"/prometheus_*.deb "$work/root"
	mkdir -p .cache/prometheus
	mv -f "$work/root/usr/bin/promtool" "$work/root/usr/bin/prometheus" .cache/prometheus/
}

if where=$(command -v prometheus) && [ -x "${where%/*}/promtool" ]; then
	printf '%s\n' "${where%/*}"
else
	locked .cache/prometheus.lock fetch
	printf '%s\n' "$PWD/.cache/prometheus"
fi
