#!/usr/bin/env bash
# release.sh COMMAND [FLAG...]: runs a command of goreleaser, as `release --snapshot --clean` or `check`, after it has made ready
# what is packed: in bin/pack completions, man pages, the copyright file, and an SBOM for each system.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

[ $# -gt 0 ] || die "usage: release.sh COMMAND [FLAG...]"
pack=bin/pack
go -C tools/release build -o "$PWD/.cache/bin/" github.com/goreleaser/goreleaser/v2

rm -rf $pack
mkdir -p $pack/completions $pack/man $pack/man-gz $pack/sbom
go build -o bin/ ./cmd/xds-server
bin/xds-server completion bash >$pack/completions/xds-server.bash
bin/xds-server completion zsh >$pack/completions/_xds-server
bin/xds-server completion fish >$pack/completions/xds-server.fish

bin/xds-server man $pack/man
for page in "$pack"/man/*.1; do gzip -9n <"$page" >"$pack/man-gz/${page##*/}.gz"; done

{
	printf 'livefilter, https://github.com/livefilter/livefilter\n\n'
	cat LICENSE
	printf '\nWhat is linked into /usr/bin/xds-server beside it:\n\n'
	cat THIRD_PARTY.txt
} >$pack/copyright

# The version in the SBOMs is what goreleaser gives to the binaries.
version=$(git describe --tags --abbrev=0 2>/dev/null || echo v0.0.0)
case " $* " in *' --snapshot '*) version=$version-$(git rev-parse --short HEAD) ;; esac
for system in linux darwin; do
	VERSION=$version GOOS=$system scripts/sbom.sh $pack/sbom/$system
done

# A checkout without a remote has no commit and no date, for goreleaser.
if ! git remote get-url origin >/dev/null 2>&1; then
	export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=remote.origin.url GIT_CONFIG_VALUE_0=https://github.com/livefilter/livefilter
fi
.cache/bin/goreleaser "$@"
