#!/usr/bin/env bash
# Installs the server by `go install …/cmd/xds-server@VERSION`, of the commit that is checked out, from a module proxy in a folder; and
# fails unless that is complete: with the built-in filter in it, and a version.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

need zip zip || die "zip is needed"
module=$(go list -m)
# Of the commit: what a version has never changes, for Go, which keeps an index of its files.
version=v0.0.0-install-$(git rev-parse --short=12 HEAD)
work=$(mktemp -d)
# No checksum database knows this version. It goes into the module cache as any other, and out of it again.
remove() {
	chmod -R u+w "$(go env GOMODCACHE)/$module@$version" 2>/dev/null || true
	rm -rf "$(go env GOMODCACHE)/$module@$version" "$(go env GOMODCACHE)/cache/download/$module/@v/$version".* "$work"
}
trap remove EXIT

# A module's zip has what is in git, without the modules below it.
proxy=$work/proxy/$module/@v
mkdir -p "$proxy" "$work/src/$module@$version"
mapfile -t below < <(git ls-files '*/go.mod' | sed 's|\(.*\)/go.mod|:!\1|')
git archive HEAD -- . "${below[@]}" | tar -x -C "$work/src/$module@$version"
(cd "$work/src" && zip -qrD "$proxy/$version.zip" "$module@$version")
cp go.mod "$proxy/$version.mod"
printf '%s\n' "$version" >"$proxy/list"
printf '{"Version":"%s"}\n' "$version" >"$proxy/$version.info"

mkdir "$work/empty"
cd "$work/empty"
GOBIN=$work/bin GOPROXY=file://$work/proxy,$(go env GOPROXY) GONOSUMDB=$module GONOPROXY=none GOFLAGS='' go install "$module/cmd/xds-server@$version"

cat >livefilter.yaml <<-'EOF'
	filters:
	  - {name: my-wasm-filter, headers: [{name: User-Agent, values: [hello]}]}
	upstreams:
	  - {name: api, host: 127.0.0.1, port: 8080}
EOF
"$work/bin/xds-server" try livefilter.yaml >out || { cat out; die "what go install gives does not run the built-in filter"; }
for word in hello my-wasm-filter; do
	grep -q "$word" out || { cat out; die "the built-in filter did not change the request"; }
done
said=$("$work/bin/xds-server" version)
case $said in *"$version"*) ;; *) die "the version is $said" ;; esac
say "test-install: $said, with the built-in filter"
