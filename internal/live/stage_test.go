package live

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	"github.com/livefilter/livefilter/internal/preflight"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	cds  = resourcev3.ClusterType
	lds  = resourcev3.ListenerType
	ecds = resourcev3.ExtensionConfigType
)

// The configs of these tests: a value of a header, or a host.
func withValue(value string) string {
	return "filters: [{name: f, headers: [{name: x, values: [" + value + "]}]}]\n" +
		"upstreams: [{name: a, host: there.example, port: 80}]\n"
}

func withHost(host string) string {
	return "filters: []\nupstreams: [{name: a, host: " + host + ", port: 80}]\n"
}

const broken = "filters: []\n" // upstreams: is required

// stage is a Live over files and a DNS of its own, with Envoys that reach it.
type stage struct {
	*Live
	t     *testing.T
	files *files
	dns   *dns
	lis   *bufconn.Listener
	log   *logged
	end   func() error // ends Run and returns its error
}

// open makes a stage whose Run has not been called.
func open(t *testing.T, text string, options ...func(*Options)) *stage {
	s := &stage{t: t, files: newFiles(text), dns: &dns{gone: map[string]bool{}}, lis: bufconn.Listen(1 << 20), log: &logged{}}
	checker := preflight.New(preflight.WithTimeout(time.Minute))
	t.Cleanup(func() { must(t, checker.Close(context.Background())) })
	o := Options{File: "f.yaml", Source: s.files, Checker: checker, Lookup: s.dns.lookup,
		Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, option := range options {
		option(&o)
	}
	s.Live = New(o)
	return s
}

// start makes one that serves.
func start(t *testing.T, text string, options ...func(*Options)) *stage {
	t.Helper()
	s := open(t, text, options...)
	s.run()
	return s
}

// run returns when there is something to serve.
func (s *stage) run() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended, served := make(chan error, 1), make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	s.end = sync.OnceValue(func() error {
		cancel()
		return errors.Join(<-ended, <-served)
	})
	go func() {
		err := s.Serve(ctx, s.lis)
		if errors.Is(err, grpc.ErrServerStopped) { // before it had begun: a short test
			err = nil
		}
		served <- err
	}()
	s.t.Cleanup(func() { must(s.t, s.end()) })
	select {
	case <-s.Ready():
	case err := <-ended:
		ended <- err
		s.t.Fatal(err)
	}
}

func (s *stage) connect(id string, filters ...string) *envoy {
	s.t.Helper()
	return connect(s.t, s.lis, id, filters...)
}

// live waits until the config is live on so many Envoys.
func (s *stage) live(envoys int) {
	s.t.Helper()
	eventually(s.t, "live", func() bool { st := s.Status(); return st.Live && len(st.Nodes) == envoys })
}

// dns knows all hosts but those that are gone.
type dns struct {
	mu   sync.Mutex
	gone map[string]bool
}

func (d *dns) lookup(_ context.Context, host string) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case host == "silent.example":
		return nil, &net.DNSError{Err: "i/o timeout", Name: host, IsTimeout: true}
	case d.gone[host]:
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return []string{"192.0.2.1"}, nil
}

func (d *dns) set(host string, gone bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gone[host] = gone
}

// logged is a log that is read while it is written.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// count is how many lines have all of these words.
func (l *logged) count(words ...string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.buf.String()) {
		has := true
		for _, w := range words {
			has = has && strings.Contains(line, w)
		}
		if has {
			n++
		}
	}
	return n
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually is for bubbles, where no machine is too slow. It returns once everything waits: what else comes of the same
// thing, such as a line in the log, has come.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
	synctest.Wait()
}
