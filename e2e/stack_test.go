package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"text/template"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/uaecho"
)

// stack is a server, an Envoy, an upstream, and the config file between them.
type stack struct {
	t          testing.TB
	dir        string
	server     *process
	envoy      *process
	xds, admin string // the server's addresses
	envoyAdmin string
	cfg        settings
	flags      []string            // of serve, beside those that every test has
	edit       func(string) string // of the bootstrap that livefilter prints; nil: it is taken as it is
	bootstrap  string              // YAML, in Envoy's bootstrap beside that
	flush      string              // how often Envoys that start from now on send their figures, in Envoy's words
	envoyFlags []string            // of Envoys that start from now on
	wrapper    []string            // a command that runs Envoys that start from now on; none: they run as they are
}

// settings fill in the config file.
type settings struct {
	Port         int
	FilterConfig string
	Filters      string // YAML, a list; the default has User-Agent
	Name         string // of the upstream
	Host         string
	UpstreamPort int
	CA           string
}

var configFile = template.Must(template.New("").Parse(`listener: {address: 127.0.0.1, port: {{.Port}}, filter_config: {{.FilterConfig}}}
filters:
{{.Filters}}
upstreams:
  - name: {{.Name}}
    host: {{.Host}}
    port: {{.UpstreamPort}}
    tls: {ca: {{.CA}}}
`))

const userAgent = `  - name: my-wasm-filter
    headers:
      - {name: User-Agent, values: [%s]}`

// protocols runs test in both variants of xDS, each with a stack that is live.
func protocols(t *testing.T, test func(t *testing.T, s *stack)) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.startServer()
			s.startEnvoy(flags...)
			s.live()
			test(t, s)
		})
	}
}

// newStack has an upstream and a config file, and nothing running yet.
func newStack(t testing.TB) *stack {
	s := &stack{t: t, dir: t.TempDir(), cfg: settings{
		Port: freePort(t), FilterConfig: "ecds", Filters: fmt.Sprintf(userAgent, "one"), Name: "echo", Host: "localhost", CA: "ca.pem",
	}}
	ca, port := upstream(t)
	s.cfg.UpstreamPort = port
	must(t, os.WriteFile(filepath.Join(s.dir, "ca.pem"), ca, 0o600))
	s.save()
	return s
}

// upstream runs a TLS server that echoes, and returns its CA and port.
func upstream(t testing.TB) (ca []byte, port int) { return upstreamWith(t, uaecho.Options{}) }

func upstreamWith(t testing.TB, o uaecho.Options) (ca []byte, port int) {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	return upstreamOn(t, lis, o)
}

func upstreamOn(t testing.TB, lis net.Listener, o uaecho.Options) (ca []byte, port int) {
	u, err := uaecho.New(o)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- u.Run(ctx, lis) }()
	t.Cleanup(func() {
		cancel()
		must(t, <-ended)
	})
	return u.CA(), lis.Addr().(*net.TCPAddr).Port
}

func (s *stack) configPath() string { return filepath.Join(s.dir, "livefilter.yaml") }

// text is the config file as the settings have it.
func (s *stack) text() string {
	var b bytes.Buffer
	must(s.t, configFile.Execute(&b, s.cfg))
	return b.String()
}

// save writes the config file by rename.
func (s *stack) save() { s.write(s.text()) }

func (s *stack) write(text string) {
	next := filepath.Join(s.dir, "next")
	must(s.t, os.WriteFile(next, []byte(text), 0o600))
	must(s.t, os.Rename(next, s.configPath()))
}

// makeLive makes text the list of filters, and waits until it is live.
func (s *stack) makeLive(text string) {
	s.t.Helper()
	s.cfg.Filters = text
	s.save()
	s.live()
}

func (s *stack) startServer() {
	if s.xds == "" {
		s.xds, s.admin = "127.0.0.1:0", "127.0.0.1:0"
	}
	s.server = start(s.t, "xds-server", s.dir, append([]string{xdsServer, "serve", "--config", "livefilter.yaml",
		"--xds-address", s.xds, "--admin-address", s.admin, "--log-level", "debug"}, s.flags...)...)
	found := s.server.await(`msg=serving xds_address=(\S+) admin_address=(\S+)`)
	s.xds, s.admin = found[1], found[2]
}

func (s *stack) startEnvoy(bootstrapFlags ...string) {
	files, err := exec.Command(xdsServer, append([]string{"bootstrap", "--server", s.xds,
		"--node-id", "envoy", "--admin-port", "0", "-o", s.dir}, bootstrapFlags...)...).Output()
	must(s.t, err)
	first, _, _ := strings.Cut(string(files), "\n") // with mTLS there are more
	bootstrap, err := os.ReadFile(first)
	must(s.t, err)
	if s.flush != "" {
		bootstrap = bytes.Replace(bootstrap, []byte("\nstats_flush_interval: 10s\n"), []byte("\nstats_flush_interval: "+s.flush+"\n"), 1)
	}
	if s.edit != nil {
		bootstrap = []byte(s.edit(string(bootstrap)))
	}
	must(s.t, os.WriteFile(filepath.Join(s.dir, "envoy.yaml"), append(bootstrap, s.bootstrap...), 0o600))
	s.runEnvoy()
}

// statusCommand runs `xds-server status` and returns its output and exit code.
func (s *stack) statusCommand(flags ...string) (stdout, stderr string, code int) {
	cmd := exec.Command(xdsServer, append([]string{"status", "--admin-address", s.admin}, flags...)...)
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	_ = cmd.Run()
	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}

// live waits until the file on disk is live, as a user would.
func (s *stack) live() {
	s.t.Helper()
	out, err, code := s.statusCommand("--wait", "--timeout", patience.String())
	if code != 0 {
		s.t.Fatalf("status --wait: %s\n%s", err, out)
	}
}

func (s *stack) status() (st live.Status) {
	s.t.Helper()
	resp, err := http.Get("http://" + s.admin + "/status")
	must(s.t, err)
	defer resp.Body.Close()
	must(s.t, json.NewDecoder(resp.Body).Decode(&st))
	return st
}

// stats returns Envoy's figures whose names match the pattern, a line each.
func (s *stack) stats(pattern string) string {
	s.t.Helper()
	return s.envoyGet("/stats?filter=" + url.QueryEscape(pattern))
}

// envoyGet is a page of Envoy's own admin.
func (s *stack) envoyGet(path string) string {
	s.t.Helper()
	return fetched(s.t, "http://"+s.envoyAdmin+path)
}

// counter returns one of Envoy's figures.
func (s *stack) counter(name string) (n int) {
	s.t.Helper()
	_, err := fmt.Sscanf(s.stats("^"+regexp.QuoteMeta(name)+"$"), name+": %d", &n)
	must(s.t, err)
	return n
}

// ports counts those that freePort tried.
var ports atomic.Int32

// freePort returns a port that nobody listens on now. It is below those that the system takes
// for connections: one of these may come before who is told of the port.
func freePort(t testing.TB) int {
	for range 1000 {
		port := 12_000 + (os.Getpid()*37+int(ports.Add(1)))%20_000
		lis, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			must(t, lis.Close())
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}
