package e2e

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

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

func TestWebSocket(t *testing.T) {
	s := behind(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, buf, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		fmt.Fprintf(buf, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n%s:", r.UserAgent())
		_ = buf.Flush()
		_, _ = io.CopyN(conn, buf, 4)
	}))
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.cfg.Port))
	must(t, err)
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	must(t, err)
	if resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%s", resp.Status)
	}
	fmt.Fprint(conn, "ping")
	got := make([]byte, len("one:ping"))
	_, err = io.ReadFull(r, got)
	must(t, err)
	if string(got) != "one:ping" {
		t.Errorf("through the socket came %q", got)
	}
}

func TestGRPC(t *testing.T) {
	var agents []string
	upstream := grpc.NewServer(grpc.UnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		md, _ := metadata.FromIncomingContext(ctx)
		agents = append(agents, md.Get("user-agent")...)
		return next(ctx, req)
	}))
	healthpb.RegisterHealthServer(upstream, health.NewServer())
	s := behind(t, upstream)
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", s.cfg.Port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	defer conn.Close()
	var header metadata.MD
	_, err = healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{}, grpc.Header(&header))
	must(t, err)
	if len(agents) != 1 || agents[0] != "one" || len(header.Get("x-proxy-wasm")) != 1 {
		t.Errorf("agents %q, header %v", agents, header)
	}
	_, err = healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{Service: "no such"})
	if status.Code(err) != codes.NotFound {
		t.Errorf("a trailers-only response became %v", err)
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
