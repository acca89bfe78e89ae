package e2e

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
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

// everything is an upstream that echoes, speaks gRPC, and sends back what comes through a WebSocket.
func everything() http.Handler {
	rpc := grpc.NewServer(grpc.UnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		md, _ := metadata.FromIncomingContext(ctx)
		_ = grpc.SetHeader(ctx, metadata.Pairs("seen", md.Get("user-agent")[0]))
		return next(ctx, req)
	}))
	healthpb.RegisterHealthServer(rpc, health.NewServer())
	echo := uaecho.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Upgrade") != "":
			socket(w, r)
		case strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc"):
			rpc.ServeHTTP(w, r)
		default:
			echo.ServeHTTP(w, r)
		}
	})
}

func socket(w http.ResponseWriter, r *http.Request) {
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	fmt.Fprintf(buf, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n%s:", r.UserAgent())
	_ = buf.Flush()
	_, _ = io.CopyN(conn, buf, 4)
}

// Whatever version the client speaks, the upstream is spoken to in one that it knows; gRPC and
// WebSockets go through wherever the upstream can do them.
func TestHTTPVersions(t *testing.T) {
	const tls = "    tls: {ca: ca.pem}\n"
	for name, tt := range map[string]struct {
		speaks    int // uaecho.Options.HTTP
		lines     string
		retry     string
		want      string
		ws, isRPC bool
	}{
		"plaintext, 1":               {1, "", "", "HTTP/1.1", true, false},
		"plaintext, 2":               {2, "    http: 2\n", "", "HTTP/2.0", false, true},
		"plaintext, both":            {0, "", "", "HTTP/1.1", true, false},
		"plaintext, both, http is 2": {0, "    http: 2\n", "", "HTTP/2.0", false, true},
		"TLS, 1":                     {1, tls, "", "HTTP/1.1", true, false},
		"TLS, 2":                     {2, tls, "", "HTTP/2.0", false, true},
		"TLS, both":                  {0, tls, "", "HTTP/2.0", true, true},
		"TLS, both, retry":           {0, tls, "\n    retry: {on: [429], tries: 2, non_idempotent: true}", "HTTP/2.0", true, true},
		"TLS, both, matched":         {0, tls, matchAll, "HTTP/2.0", true, true},
		"TLS, both, matched, retry":  {0, tls, matchAll + "\n    retry: {on: [429], tries: 2, non_idempotent: true}", "HTTP/2.0", true, true},
		"TLS, both, http is 1":       {0, tls + "    http: 1\n", "", "HTTP/1.1", true, false},
		"TLS, both, http is 2":       {0, tls + "    http: 2\n", "", "HTTP/2.0", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStack(t)
			ca, port := upstreamWith(t, uaecho.Options{HTTP: tt.speaks, Plaintext: !strings.HasPrefix(tt.lines, tls), Handler: everything()})
			s.trust(ca, port)
			s.cfg.Filters += tt.retry
			s.write(strings.Replace(s.text(), tls, tt.lines, 1))
			s.startServer()
			s.startEnvoy()
			s.live()
			h2 := newClient(t)
			h2.http.Transport.(*http.Transport).Protocols = new(http.Protocols)
			h2.http.Transport.(*http.Transport).Protocols.SetUnencryptedHTTP2(true)
			for speaks, c := range map[string]*client{"1": newClient(t), "2": h2} {
				for _, method := range []string{http.MethodGet, http.MethodPost} {
					got := c.mustGet(t, s.cfg.Port, func(r *http.Request) { r.Method = method })
					if got.seen.Protocol != tt.want || got.userAgent() != "one" {
						t.Errorf("client speaks %s: upstream saw %+v", speaks, got.seen)
					}
				}
			}
			if tt.ws {
				webSocket(t, s.cfg.Port)
			}
			if tt.isRPC {
				callRPC(t, s.cfg.Port)
			}
		})
	}
}

// webSocket opens one and sees what it sends come back, after the User-Agent that the upstream saw.
func webSocket(t *testing.T, port int) {
	t.Helper()
	webSocketOf(t, port, "one")
}

// webSocketOf is webSocket for a User-Agent that the upstream is to see.
func webSocketOf(t *testing.T, port int, userAgent string) {
	t.Helper()
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	must(t, err)
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: "+userAgent+"\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n")
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	must(t, err)
	if resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%s", resp.Status)
	}
	fmt.Fprint(conn, "ping")
	got := make([]byte, len(userAgent+":ping"))
	_, err = io.ReadFull(r, got)
	must(t, err)
	if string(got) != userAgent+":ping" {
		t.Errorf("through the socket came %q", got)
	}
}

func callRPC(t *testing.T, port int) {
	t.Helper()
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", port), grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	defer conn.Close()
	var header metadata.MD
	_, err = healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{}, grpc.Header(&header))
	must(t, err)
	if seen := header.Get("seen"); len(seen) != 1 || seen[0] != "one" || len(header.Get("x-proxy-wasm")) != 1 {
		t.Errorf("header %v", header)
	}
	_, err = healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{Service: "no such"})
	if status.Code(err) != codes.NotFound {
		t.Errorf("a trailers-only response became %v", err)
	}
}
