package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/docs"
)

// TestPages runs what the pages of docs say: a page's commands one after another, in a folder with the examples, and
// what each prints is what the page shows. Where others listen on the ports of a page, the test takes other ones.
func TestPages(t *testing.T) {
	pages, err := docs.Pages("..")
	must(t, err)
	uaEcho := filepath.Join(t.TempDir(), "ua-echo")
	out, err := exec.Command("go", "build", "-o", uaEcho, "../cmd/ua-echo").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ran := 0
	for name, text := range pages {
		blocks := docs.Blocks(text)
		if !tested(blocks) {
			continue
		}
		ran++
		t.Run(strings.TrimSuffix(filepath.Base(name), ".md"), func(t *testing.T) {
			t.Parallel()
			newReader(t, uaEcho).read(name, blocks)
		})
	}
	if ran < 5 {
		t.Errorf("%d pages have commands", ran)
	}
}

func tested(blocks []docs.Block) bool {
	for _, b := range blocks {
		if b.Lang == "console" && b.Untested() == "" {
			return true
		}
	}
	return false
}

// reader does what a page says, as somebody would who has a checkout.
type reader struct {
	t     *testing.T
	dir   string
	there *strings.Replacer // the page's ports to the test's
	back  *strings.Replacer
}

// wrapped have the test's ports in the place of what xds-server listens on and asks by default.
const wrapped = `#!/bin/sh
command=$1; shift
case "$*" in *--tls-cert*) host= ;; *) host=127.0.0.1 ;; esac
case $command in
serve) set -- --xds-address $host:18000 --admin-address 127.0.0.1:18001 "$@" ;;
status|out|why|retry|plan|history|diff|rollback) set -- --admin-address 127.0.0.1:18001 "$@" ;;
bootstrap) set -- --admin-port 9901 "$@" ;;
esac
exec %s "$command" "$@"
`

func newReader(t *testing.T, uaEcho string) *reader {
	r := &reader{t: t, dir: t.TempDir()}
	t.Cleanup(r.logs)
	var there, back []string
	for _, port := range []string{"10000", "18000", "18001", "9901", "18443"} {
		other := strconv.Itoa(freePort(t))
		there, back = append(there, port, other), append(back, other, port)
	}
	r.there, r.back = strings.NewReplacer(there...), strings.NewReplacer(back...)
	for _, folder := range []string{"config", "examples", "demo"} {
		must(t, os.CopyFS(filepath.Join(r.dir, folder), os.DirFS(filepath.Join("..", folder))))
	}
	must(t, os.Mkdir(filepath.Join(r.dir, "bin"), 0o700))
	for name, script := range map[string]string{
		"xds-server": fmt.Sprintf(wrapped, xdsServer),
		"ua-echo":    fmt.Sprintf("#!/bin/sh\nexec %s --address 127.0.0.1:18443 \"$@\"\n", uaEcho),
		"envoy":      fmt.Sprintf("#!/bin/sh\nexec %s --use-dynamic-base-id --concurrency 2 \"$@\"\n", envoy),
	} {
		must(t, os.WriteFile(filepath.Join(r.dir, "bin", name), []byte(r.there.Replace(script)), 0o700))
	}
	return r
}

func (r *reader) read(page string, blocks []docs.Block) {
	for _, b := range blocks {
		switch {
		case b.Title() != "":
			must(r.t, os.WriteFile(filepath.Join(r.dir, b.Title()), []byte(r.there.Replace(b.Text)), 0o600))
		case b.Lang == "console" && b.Untested() == "":
			for _, c := range docs.Commands(b) {
				r.t.Logf("%s:%d: %s", page, c.Line, c.Text)
				if text, stays := strings.CutSuffix(c.Text, " &"); stays {
					start(r.t, text, r.dir, "env", r.path(), "bash", "-c", "exec "+r.there.Replace(text))
					continue
				}
				r.run(fmt.Sprintf("%s:%d", page, c.Line), c)
			}
		}
	}
}

// looks finds commands that change nothing: what they show may take a moment to come.
var looks = regexp.MustCompile(`^(curl|bin/xds-server (status|out|why)) `)

func (r *reader) run(where string, c docs.Command) {
	r.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		cmd := exec.Command("bash", "-c", r.there.Replace(c.Text))
		cmd.Dir, cmd.Env = r.dir, append(os.Environ(), r.path(), "NO_COLOR=1")
		out, err := cmd.CombinedOutput()
		got := r.back.Replace(string(out))
		if len(c.Want) == 0 && err == nil || len(c.Want) > 0 && docs.Printed(c.Want, got) {
			return
		}
		if !looks.MatchString(c.Text+" ") || time.Now().After(deadline) {
			r.t.Fatalf("%s: %s: %v\n%s\nthe page shows\n%s", where, c.Text, err, got, strings.Join(c.Want, "\n"))
		}
	}
}

// logs are what the page's own commands wrote, of a test that failed.
func (r *reader) logs() {
	names, _ := filepath.Glob(filepath.Join(r.dir, "*.log"))
	for _, name := range names {
		if text, err := os.ReadFile(name); err == nil && r.t.Failed() {
			r.t.Logf("--- %s\n%s", filepath.Base(name), tail(noise.ReplaceAllString(string(text), ""), 30))
		}
	}
}

func (r *reader) path() string {
	return "PATH=" + filepath.Join(r.dir, "bin") + ":" + os.Getenv("PATH")
}
