# shellcheck shell=bash
# What the scripts share: speaking, giving up, and getting a missing command. Source it from the repository's root.

say() { printf '%s\n' "$*" >&2; }

die() {
	say "${0##*/}: $*"
	exit 1
}

# apt_install PACKAGE... installs Debian packages when that is ours to do (root, apt there); else says what to install.
apt_install() {
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		say "${0##*/}: please install: $* (Debian and Ubuntu: sudo apt-get install -y $*)"
		return 1
	fi
	say "installing $* with apt"
	local log
	log=$(mktemp)
	# A fresh container has no package lists yet, an old one has stale ones: hence the second try.
	if apt_get install "$@" >"$log" || { apt_get update && apt_get install "$@"; } >"$log"; then
		rm -f "$log"
		return
	fi
	cat "$log" >&2
	rm -f "$log"
	return 1
}

# The lock's timeout lets two scripts run at once.
apt_get() {
	DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
		-o APT::Install-Recommends=false "$@" </dev/null 2>&1
}

# need COMMAND PACKAGE... makes sure that a command is there.
need() {
	local command=$1
	shift
	command -v "$command" >/dev/null || apt_install "$@"
}

# locked FILE COMMAND... runs a command while no other process holds FILE. Without flock(1) it just runs.
locked() {
	local file=$1
	shift
	mkdir -p "$(dirname "$file")"
	(
		if command -v flock >/dev/null; then flock 9; fi
		"$@"
	) 9>"$file"
}
