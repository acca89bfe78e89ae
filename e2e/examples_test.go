package e2e

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// example is a config of examples/ that runs as it is, but for the port of its listener, and for
// the port and the CA of each upstream: all names are 127.0.0.1 there.
type example struct {
	*stack
	upstreams map[string]*exampleUpstream
}

// exampleUpstream echoes, unless answer does something else and says so.
type exampleUpstream struct {
	name   string
	answer atomic.Value // func(http.ResponseWriter, *http.Request) bool
}

func (u *exampleUpstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Backend", u.name)
	if answer, ok := u.answer.Load().(func(http.ResponseWriter, *http.Request) bool); !ok || !answer(w, r) {
		uaecho.Handler().ServeHTTP(w, r)
	}
}

// answers has the upstream answer so from now on.
func (x *example) answers(upstream string, answer func(http.ResponseWriter, *http.Request) bool) {
	x.upstreams[upstream].answer.Store(answer)
}

var upstreamLine = regexp.MustCompile(`\{name: (\S+), host: (\S+), port: \d+, tls: \{\}`)

func startExample(t *testing.T, file string) *example {
	x := &example{newStack(t), map[string]*exampleUpstream{}}
	path := filepath.Join("../examples", file)
	if out, err := exec.Command(xdsServer, "validate", path).CombinedOutput(); err != nil {
		t.Errorf("validate: %v\n%s", err, out)
	}
	text, err := os.ReadFile(path)
	must(t, err)
	if folder := filepath.Dir(path); filepath.Base(folder) != "examples" {
		must(t, os.CopyFS(x.dir+"/example", os.DirFS(folder)))
		must(t, os.Rename(x.configPath(), x.dir+"/example/livefilter.yaml"))
		x.dir += "/example"
	}
	config := strings.Replace(string(text), "port: 10000", fmt.Sprint("port: ", x.cfg.Port), 1)
	config = upstreamLine.ReplaceAllStringFunc(config, func(line string) string {
		found := upstreamLine.FindStringSubmatch(line)
		u := &exampleUpstream{name: found[1]}
		x.upstreams[u.name] = u
		ca, port := upstreamWith(t, uaecho.Options{Hosts: []string{found[2]}, Handler: u})
		must(t, os.WriteFile(filepath.Join(x.dir, u.name+".pem"), ca, 0o600))
		return fmt.Sprintf("{name: %s, host: %s, port: %d, tls: {ca: %s.pem}", u.name, found[2], port, u.name)
	})
	x.useDNS(slowDNS(t, 0))
	x.write(config)
	x.startServer()
	x.startEnvoy()
	x.live()
	return x
}

// Each example does what it is for.
func TestExamples(t *testing.T) {
	ran := map[string]bool{}
	for file, check := range map[string]func(*testing.T, *example){
		"user-agents.yaml":           userAgents,
		"key-pool/livefilter.yaml":   keyPool,
		"primary-backup.yaml":        primaryBackup,
		"headers.yaml":               headersExample,
		"canary.yaml":                canary,
		"one-path.yaml":              onePath,
		"tenants.yaml":               tenants,
		"basic-auth/livefilter.yaml": basicAuth,
		"csp.yaml":                   csp,
		"two-paths.yaml":             twoPaths,
	} {
		ran[file] = true
		t.Run(strings.TrimSuffix(file, ".yaml"), func(t *testing.T) { check(t, startExample(t, file)) })
	}
	for _, pattern := range []string{"../examples/*.yaml", "../examples/*/livefilter.yaml"} {
		files, err := filepath.Glob(pattern)
		must(t, err)
		for _, file := range files {
			file = strings.TrimPrefix(file, "../examples/")
			if !ran[file] {
				t.Errorf("%s is not run", file)
			}
		}
	}
}

// ask sends a request with headers NAME: VALUE to a path, with another method if it begins with one.
func (x *example) ask(where string, headers ...string) answer {
	x.t.Helper()
	method, path, found := strings.Cut(where, " ")
	if !found {
		method, path = http.MethodGet, where
	}
	a, err := newClient(x.t).get(x.t.Context(), x.cfg.Port, func(r *http.Request) {
		r.Method, r.URL.Path = method, path
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			if name == "Host" {
				r.Host = value
			} else {
				r.Header.Set(name, value)
			}
		}
	})
	if err != nil && a.status == 0 {
		x.t.Error(err)
	}
	return a
}

// has compares a header of what the upstream saw; "" is none.
func (x *example) has(a answer, name, want string) {
	x.t.Helper()
	if got := strings.Join(a.seen.Headers[http.CanonicalHeaderKey(name)], ", "); got != want {
		x.t.Errorf("the upstream saw %s %q, want %q", name, got, want)
	}
}

// got compares a header of the response.
func (x *example) got(a answer, name, want string) {
	x.t.Helper()
	if got := a.header.Get(name); got != want {
		x.t.Errorf("the client got %s %q, want %q", name, got, want)
	}
}
