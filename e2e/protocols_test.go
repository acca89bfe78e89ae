package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// behind is a stack whose upstream is h, live.
func behind(t *testing.T, h http.Handler) *stack {
	s := newStack(t)
	s.upstreamIs(h)
	s.save()
	s.startServer()
	s.startEnvoy()
	s.live()
	return s
}

// upstreamIs puts h behind the config's upstream; save follows.
func (s *stack) upstreamIs(h http.Handler) {
	s.trust(upstreamWith(s.t, uaecho.Options{Handler: h}))
}

// trust makes an upstream with that CA and port the config's; save follows.
func (s *stack) trust(ca []byte, port int) {
	must(s.t, os.WriteFile(filepath.Join(s.dir, "ca.pem"), ca, 0o600))
	s.cfg.UpstreamPort = port
}

func TestHead(t *testing.T) {
	s := behind(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Seen", r.Method+" "+r.UserAgent())
		w.Header().Set("Content-Length", "7")
	}))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodHead, fmt.Sprintf("http://127.0.0.1:%d/", s.cfg.Port), http.NoBody)
	must(t, err)
	resp, err := newClient(t).http.Do(req)
	must(t, err)
	defer resp.Body.Close()
	if resp.Header.Get("X-Seen") != "HEAD one" || resp.ContentLength != 7 || resp.Header.Get("X-Proxy-Wasm") == "" {
		t.Errorf("%v", resp.Header)
	}
}

// A body that waits for 100 Continue, and an informational response before the final one.
func TestInformationalResponses(t *testing.T) {
	s := behind(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		body, _ := io.ReadAll(r.Body) // first: Go's server reads no more once it writes
		_, _ = w.Write(body)
	}))
	c := newClient(t)
	body := strings.Repeat("body", 10_000)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, fmt.Sprintf("http://127.0.0.1:%d/", s.cfg.Port), strings.NewReader(body))
	must(t, err)
	req.Header.Set("Expect", "100-continue")
	resp, err := c.http.Do(req)
	must(t, err)
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	must(t, err)
	if resp.StatusCode != http.StatusOK || string(got) != body || len(resp.Header.Values("X-Proxy-Wasm")) != 1 {
		t.Errorf("%s, %d bytes, %v", resp.Status, len(got), resp.Header)
	}
}

// Envoy takes 60 KiB of headers and refuses more; either way the filter stands.
func TestManyHeaders(t *testing.T) {
	s := newStack(t)
	s.startServer()
	s.startEnvoy()
	s.live()
	c := newClient(t)
	for bytes, want := range map[int]int{50 << 10: http.StatusOK, 64 << 10: http.StatusRequestHeaderFieldsTooLarge} {
		got, _ := c.get(t.Context(), s.cfg.Port, func(r *http.Request) {
			for i := range bytes >> 10 {
				r.Header.Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 1015))
			}
		})
		if got.status != want || want == http.StatusOK && got.userAgent() != "one" {
			t.Errorf("%d bytes: status %d", bytes, got.status)
		}
	}
	c.mustGet(t, s.cfg.Port)
}
