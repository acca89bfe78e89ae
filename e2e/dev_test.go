package e2e

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// compiler makes a module of a word of five letters, or copies the one that is named.
const compiler = `set -eu
word=$(cat word.src)
case $word in
	*.wasm) cp "$word" next ;;
	?????) LC_ALL=C sed "s/hello/$word/" good.wasm >next ;;
	*) echo "word.src:1:1: error: $word has not five letters" >&2; exit 3 ;;
esac
mv next filter.wasm
`

// authoring is who writes a filter with `xds-server dev`.
type authoring struct {
	t      *testing.T
	dir    string
	port   int
	client *client
	p      *process
}

func newAuthoring(t *testing.T, dir string) *authoring {
	return &authoring{t: t, dir: dir, port: freePort(t), client: newClient(t)}
}

func (a *authoring) save(name, text string) {
	next := filepath.Join(a.dir, "next~")
	must(a.t, os.WriteFile(next, []byte(text), 0o600))
	must(a.t, os.Rename(next, filepath.Join(a.dir, name)))
}

// said waits until dev has printed words n times.
func (a *authoring) said(words string, n int) {
	a.t.Helper()
	eventually(a.t, fmt.Sprintf("%q, %d times", words, n), func() bool { return strings.Count(a.p.out.String(), words) >= n })
}

// shows waits until the upstream sees the filter's header with that value.
func (a *authoring) shows(word string) {
	a.t.Helper()
	eventually(a.t, "the upstream sees "+word, func() bool {
		got, err := a.client.get(a.t.Context(), a.port)
		return err == nil && slices.Equal(got.seen.Headers["X-Proxy-Wasm"], []string{word})
	})
}

// A filter is written with dev: each save is live, or is refused in the words of whoever refuses it, and the last good
// module goes on.
func TestDev(t *testing.T) {
	t.Parallel()
	a := newAuthoring(t, t.TempDir())
	for to, from := range map[string]string{"good.wasm": "ok-header.wasm", "refuses.wasm": "configure-false.wasm"} {
		code, err := os.ReadFile(filepath.Join("../internal/preflight/testdata", from))
		must(t, err)
		a.save(to, string(code))
	}
	_, upstream := upstreamWith(t, uaecho.Options{Plaintext: true})
	config := func(port int) string {
		return fmt.Sprintf("listener: {address: 127.0.0.1, port: %d}\nfilters: [{name: mine, module: filter.wasm}]\n"+
			"upstreams: [{name: echo, host: 127.0.0.1, port: %d}]\n", port, upstream)
	}
	a.save("build.sh", compiler)
	a.save("word.src", "nobody")
	a.save("livefilter.yaml", "filters: []\n")
	a.p = start(t, "dev", a.dir, xdsServer, "dev", "--envoy", envoy, "--xds-address", "127.0.0.1:0", "--admin-address", "127.0.0.1:0", "--", "sh", "build.sh")

	a.said("word.src:1:1: error: nobody has not five letters\nnot built: sh build.sh: exit status 3", 1)
	a.save("word.src", "world")
	a.said("built in", 1)
	a.said("not served: livefilter.yaml:1:1: upstreams: is required", 1)
	a.save("livefilter.yaml", config(a.port))
	a.said("serving livefilter.yaml; status: http://127.0.0.1:", 1)
	a.said(fmt.Sprintf("curl -i 127.0.0.1:%d", a.port), 1)
	a.said("live in", 1)
	a.shows("world")

	a.save("word.src", "other")
	a.said("live in", 2)
	a.shows("other")
	a.save("word.src", "other\n")
	a.said("the module is the same: nothing changes", 1)
	a.save("word.src", "nobody")
	a.said("not built", 2)
	a.save("word.src", "refuses.wasm")
	a.said("config refused, the last good one is served: livefilter.yaml:2:", 1)
	a.save("word.src", "again")
	a.said("live in", 3)
	a.shows("again")

	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer lis.Close()
	a.save("livefilter.yaml", config(lis.Addr().(*net.TCPAddr).Port))
	a.said("cannot bind", 1)
	a.shows("again")
	a.save("livefilter.yaml", config(a.port))

	if code := a.p.terminate(); code != 0 {
		t.Errorf("exit %d", code)
	}
	eventually(t, "Envoy is gone", func() bool {
		_, err := a.client.get(t.Context(), a.port)
		return errors.Is(err, syscall.ECONNREFUSED)
	})
}

// Where something is amiss at the start, dev ends and says what to do.
func TestDevRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for want, args := range map[string][]string{
		`none is not a folder: "xds-server new none" writes one`:        {"none"},
		"livefilter.yaml is not there":                                  {"."},
		"has no package.json with a script build, Cargo.toml, Makefile": {".", "--config", "../here.yaml"},
		`"b": one argument too many`:                                    {"a", "b"},
		"-- is followed by the command":                                 {".", "--"},
		"must be an address of loopback":                                {".", "--config", "../here.yaml", "--xds-address", ":0"},
		`--module-log "loud": must be one of trace, debug`:              {".", "--config", "../here.yaml", "--module-log", "loud"},
		"--envoy: ": {".", "--config", "../here.yaml", "--envoy", "/no/such/envoy"},
	} {
		folder := filepath.Join(dir, "folder")
		must(t, os.MkdirAll(folder, 0o700))
		must(t, os.WriteFile(filepath.Join(dir, "here.yaml"), nil, 0o600))
		p := start(t, "dev", folder, append([]string{xdsServer, "dev"}, args...)...)
		if code := p.wait(); code == 0 || !strings.Contains(p.out.String(), want) {
			t.Errorf("%v: exit %d\n%s", args, code, p.out.String())
		}
	}
}
