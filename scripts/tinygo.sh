#!/bin/sh
# Prints the path of a TinyGo that builds the filter byte for byte like everybody else's.
#
# A tinygo on PATH is taken when it is the pinned version on the pinned LLVM. Otherwise TinyGo is built from its Go
# module with Debian's LLVM into .cache/tinygo (about a minute), and taken from there the next time.
# Progress goes to stderr, one line a step; stdout holds the path and nothing else.
set -eu

version=0.41.1
llvm=19
packages="llvm-$llvm-dev libclang-$llvm-dev clang-$llvm lld-$llvm wasi-libc libclang-rt-$llvm-dev-wasm32 binaryen gcc g++ libc6-dev"

root=$(cd "$(dirname "$0")/.." && pwd)
home=$root/.cache/tinygo

say() { echo "tinygo.sh: $*" >&2; }

# The compiler's own LLVM decides the bytes as much as its version does, so both are asked for.
pinned() {
	"$1" version 2>/dev/null | grep -q "^tinygo version $version .*LLVM version $llvm\."
}

if path=$(command -v tinygo) && pinned "$path"; then
	echo "$path"
	exit
fi
if pinned "$home/bin/tinygo"; then
	echo "$home/bin/tinygo"
	exit
fi

missing=
for package in $packages; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
	if ! command -v apt-get >/dev/null; then
		say "no apt-get here: install TinyGo $version (built on LLVM $llvm) and put it on PATH"
		exit 1
	fi
	if [ "$(id -u)" != 0 ]; then
		say "needs Debian packages; as root: apt-get install -y$missing"
		exit 1
	fi
	say "installing$missing"
	apt-get update -qq >&2
	# shellcheck disable=SC2086 # one word a package
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
fi
if ! command -v go >/dev/null; then
	say "needs go on PATH"
	exit 1
fi

# Built aside and moved into place whole: a run that was cut short leaves nothing that looks finished.
mkdir -p "$root/.cache"
work=$(mktemp -d "$root/.cache/tinygo.XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
mkdir -p "$work/build" "$work/new/bin" "$work/new/root/src/net"

cat >"$work/build/go.mod" <<GOMOD
module tinygobuild

go 1.26

tool github.com/tinygo-org/tinygo

require github.com/tinygo-org/tinygo v$version
GOMOD
cat >"$work/build/go.sum" <<GOSUM
github.com/tinygo-org/tinygo v$version h1:Hp1Frc4zQALL88t49XraSZEwkIYEjMOmmurlmsTigzE=
github.com/tinygo-org/tinygo v$version/go.mod h1:84/U3RgZDQIMyn0ve/Q0CpfXUXnpgLtG5sfN77WkbiY=
GOSUM

say "building TinyGo $version with LLVM $llvm into .cache/tinygo"
(
	cd "$work/build"
	export GOWORK=off GOFLAGS=-mod=mod CGO_ENABLED=1
	go build -tags "llvm$llvm" -o "$work/new/bin/tinygo-bin" github.com/tinygo-org/tinygo >&2
	src=$(go list -m -f '{{.Dir}}' github.com/tinygo-org/tinygo)
	cp -r "$src/src" "$src/targets" "$src/lib" "$work/new/root/"
)
chmod -R u+w "$work/new/root"

# The module zip comes without TinyGo's git submodules. Debian's wasi-libc and compiler-rt stand in for them: TinyGo
# takes a library that its cache already holds.
target=wasm32-unknown-wasi-generic
libs=$work/new/cache/tinygo
mkdir -p "$libs/wasi-libc-$target" "$libs/compiler-rt-$target"
cp /usr/lib/wasm32-wasi/libc.a "$libs/wasi-libc-$target/lib.a"
cp -r /usr/include/wasm32-wasi "$libs/wasi-libc-$target/include"
cp "/usr/lib/llvm-$llvm/lib/clang/$llvm/lib/wasi/libclang_rt.builtins-wasm32.a" "$libs/compiler-rt-$target/lib.a"

cat >"$work/new/bin/tinygo" <<WRAPPER
#!/bin/sh
# TinyGo with its root, its libraries and LLVM's linker, wherever this folder is moved.
home=\$(cd "\$(dirname "\$0")/.." && pwd)
GOCACHE=\${GOCACHE:-\$(go env GOCACHE)} TINYGOROOT=\$home/root XDG_CACHE_HOME=\$home/cache \\
	PATH=/usr/lib/llvm-$llvm/bin:\$PATH exec "\$home/bin/tinygo-bin" "\$@"
WRAPPER
chmod +x "$work/new/bin/tinygo"

if ! pinned "$work/new/bin/tinygo"; then
	say "built, but does not answer as version $version: $("$work/new/bin/tinygo" version 2>&1)"
	exit 1
fi
# Another run may have finished first; then its copy is as good as this one.
if ! pinned "$home/bin/tinygo"; then
	rm -rf "$home"
	mv "$work/new" "$home"
fi
say "TinyGo $version is ready"
echo "$home/bin/tinygo"
