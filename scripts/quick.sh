#!/usr/bin/env bash
# quick.sh: format, vet and unit tests of what changed since main: of the files that differ, committed or not. It leaves
# out what needs an Envoy, Docker, or minutes. $SINCE names another commit to begin at.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

since=${SINCE:-}
if [ -z "$since" ]; then
	since=$(git merge-base HEAD origin/main 2>/dev/null || git merge-base HEAD main 2>/dev/null || git rev-parse HEAD)
	# On main itself, with nothing to commit: what the last commit changed.
	[ "$since" != "$(git rev-parse HEAD)" ] || [ -n "$(git status --porcelain)" ] || since=HEAD~1
fi
mapfile -t changed < <({
	git diff --name-only --diff-filter=d "$since"
	git ls-files --others --exclude-standard
} | sort -u)
[ ${#changed[@]} -gt 0 ] || die "nothing has changed since $since"

# package FILE prints the folder of the Go package that a file belongs to: testdata and templates belong to one above them.
package() {
	local dir
	dir=$(dirname "$1")
	until compgen -G "$dir/*.go" >/dev/null; do
		[ "$dir" != . ] || return 0
		dir=$(dirname "$dir")
	done
	echo "./$dir"
}

formatted=() scripts=() packages=(./internal ./internal/docs) # doors between packages, links, configs of pages
for file in "${changed[@]}"; do
	case $file in
	*.go) formatted+=("$file") ;;
	*.sh) scripts+=("$file") ;;
	esac
	case $file in
	tests/* | tools/*) ;; # modules of their own
	docs/* | *.md) packages+=(./cmd/xds-server) ;;
	*) packages+=("$(package "$file")") ;;
	esac
done
mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sed '/^$/d' | sort -u)
mapfile -t tested < <(printf '%s\n' "${packages[@]}" | grep -v '^./e2e')

say "== ${#changed[@]} files changed since ${since:0:12}: ${packages[*]}"
if [ ${#formatted[@]} -gt 0 ]; then
	unformatted=$(gofmt -l "${formatted[@]}")
	[ -z "$unformatted" ] || die "gofmt -w these: $unformatted"
fi
if [ ${#scripts[@]} -gt 0 ] && command -v shellcheck >/dev/null; then shellcheck -x "${scripts[@]}"; fi
go vet "${packages[@]}"
go test -timeout 5m "${tested[@]}"
