package admin

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// served is the address of a port that serves every page until the test ends, and its log.
func served(t *testing.T, h http.Handler) (address string, log *buffer) {
	t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	log = &buffer{}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- Serve(ctx, slog.New(slog.NewJSONHandler(log, nil)), lis, nil, h) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return lis.Addr().String(), log
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// said sends bytes and returns the status lines that come back until the server closes.
func said(t *testing.T, address, text string) (statuses []string) {
	t.Helper()
	conn := dial(t, address)
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "HTTP/") {
			statuses = append(statuses, strings.Fields(lines.Text())[1])
		}
	}
	return statuses
}

// What no client of ours sends gets an answer that helps nobody.
func TestOddRequests(t *testing.T) {
	address, _ := served(t, guarded())
	const host, last = "Host: localhost\r\n", "Connection: close\r\n\r\n"
	for name, tt := range map[string]struct{ text, want string }{
		"plain":                {"GET /status HTTP/1.1\r\n" + host + last, "200"},
		"pipelined":            {"GET /status HTTP/1.1\r\n" + host + "\r\nGET /out HTTP/1.1\r\n" + host + last, "200 200"},
		"pipelined, of evil":   {"GET /status HTTP/1.1\r\n" + host + "\r\nGET /out HTTP/1.1\r\nHost: evil.example\r\n" + last, "200 403"},
		"two lengths":          {"POST /retry HTTP/1.1\r\n" + host + "Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello", "400"},
		"length and chunks":    {"POST /retry HTTP/1.1\r\n" + host + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n" + last + "0\r\n\r\nGET /x", "200"},
		"odd encoding":         {"POST /retry HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n", "501"},
		"two hosts":            {"GET /status HTTP/1.1\r\n" + host + "Host: evil.example\r\n\r\n", "400"},
		"no host":              {"GET /status HTTP/1.1\r\n\r\n", "400"},
		"HTTP/1.0 without":     {"GET /status HTTP/1.0\r\n\r\n", "403"},
		"HTTP/1.0":             {"GET /status HTTP/1.0\r\n" + host + "\r\n", "200"},
		"h2c by upgrade":       {"GET /status HTTP/1.1\r\n" + host + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nConnection: Upgrade, HTTP2-Settings, close\r\n\r\n", "200"},
		"h2c":                  {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "403"},
		"HEAD":                 {"HEAD /status HTTP/1.1\r\n" + host + last, "200"},
		"TRACE":                {"TRACE /status HTTP/1.1\r\n" + host + last, "405"},
		"CONNECT":              {"CONNECT localhost:443 HTTP/1.1\r\n" + host + last, "405"},
		"OPTIONS *":            {"OPTIONS * HTTP/1.1\r\n" + host + last, "400"},
		"GET /retry":           {"GET /retry HTTP/1.1\r\n" + host + last, "405"},
		"method override":      {"GET /retry HTTP/1.1\r\n" + host + "X-HTTP-Method-Override: POST\r\n" + last, "405"},
		"//":                   {"GET //status HTTP/1.1\r\n" + host + last, "307"},
		"a slash more":         {"GET /status/ HTTP/1.1\r\n" + host + last, "404"},
		"a dot more":           {"GET /status. HTTP/1.1\r\n" + host + last, "404"},
		"escaped":              {"GET /%73tatus HTTP/1.1\r\n" + host + last, "200"},
		"a huge Host":          {"GET /status HTTP/1.1\r\nHost: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", "431"},
		"huge headers":         {"GET /status HTTP/1.1\r\n" + host + strings.Repeat("X: "+strings.Repeat("x", 999)+"\r\n", 99) + last, "431"},
		"a huge target":        {"GET /" + strings.Repeat("x", 1<<20) + " HTTP/1.1\r\n" + host + last, "431"},
		"a name with newlines": {"GET /status HTTP/1.1\r\nHost: local\x00host\r\n\r\n", "400"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(said(t, address, tt.text), " "); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// However many wait, stall or do not read, one that asks is answered.
func TestSlowClients(t *testing.T) {
	large := http.NewServeMux()
	large.HandleFunc("GET /large", func(w http.ResponseWriter, _ *http.Request) {
		for line := strings.Repeat("x", 64<<10); ; {
			if _, err := io.WriteString(w, line); err != nil {
				return
			}
		}
	})
	large.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") })
	for name, text := range map[string]string{
		"silent":            "",
		"half a header":     "GET / HTTP/1.1\r\nHost: local",
		"half a body":       "POST /retry HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nhal",
		"kept alive":        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"reads nothing":     "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"pipelines for all": strings.Repeat("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 50),
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := served(t, Guard(Access{}, large))
			for range maxConns + 50 {
				if _, err := io.WriteString(dial(t, address), text); err != nil {
					t.Fatal(err)
				}
			}
			for range 3 {
				if got := said(t, address, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"); len(got) != 1 || got[0] != "200" {
					t.Fatalf("answered %v", got)
				}
			}
		})
	}
}

// A connection that was kept alive goes before one that is answered.
func TestOldestIdleGoes(t *testing.T) {
	c := &conns{max: 2}
	pipe := func() net.Conn { a, b := net.Pipe(); t.Cleanup(func() { b.Close() }); return a }
	busy, idle, next, more := pipe(), pipe(), pipe(), pipe()
	for _, conn := range []net.Conn{busy, idle} {
		c.state(conn, http.StateNew)
		c.state(conn, http.StateActive)
	}
	c.state(idle, http.StateIdle)
	c.state(next, http.StateNew)
	c.state(idle, http.StateClosed) // as the server says of it
	if len(c.all) != 2 || c.all[0] != busy || c.all[1] != next || len(c.idle) != 0 {
		t.Errorf("%v of %v", c.all, []net.Conn{busy, idle, next})
	}
	c.state(next, http.StateActive)
	c.state(more, http.StateNew)
	if len(c.all) != 2 || c.all[0] != next || c.all[1] != more {
		t.Errorf("%v of %v", c.all, []net.Conn{busy, next, more})
	}
	if _, err := busy.Write(nil); err != io.ErrClosedPipe {
		t.Error("the oldest is open")
	}
}

// What net/http says of itself is in the log's own format, once a minute.
func TestServerErrorsAreLogged(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(http.ResponseWriter, *http.Request) { panic("oh") })
	address, log := served(t, mux)
	for range 5 {
		said(t, address, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	}
	if s := log.String(); strings.Count(s, "\n") != 1 || !strings.HasPrefix(s, `{"time"`) || !strings.Contains(s, "panic serving") {
		t.Error(s)
	}
}
