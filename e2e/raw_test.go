package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"
)

// raw is an upstream in plain TCP that keeps what comes as it came, and answers with what a
// test says, byte for byte.
type raw struct {
	t    testing.TB
	port int
	got  chan string // requests, whole
	says chan string // the answer to each
}

func newRaw(t testing.TB) *raw {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = lis.Close() })
	w := &raw{t: t, port: lis.Addr().(*net.TCPAddr).Port, got: make(chan string, 100), says: make(chan string, 100)}
	go func() {
		for {
			conn, err := lis.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			go w.serve(conn)
		}
	}()
	return w
}

func (w *raw) serve(conn net.Conn) {
	r := bufio.NewReader(conn)
	for {
		request, err := message(r)
		if err != nil {
			return
		}
		w.got <- request
		if _, err := io.WriteString(conn, <-w.says); err != nil {
			return
		}
	}
}

// request is the next one that came.
func (w *raw) request() string {
	w.t.Helper()
	select {
	case got := <-w.got:
		return got
	case <-time.After(patience):
		w.t.Fatal("no request came")
		return ""
	}
}

// message reads an HTTP/1 message as it is on the wire; one that says nothing of a body has none.
func message(r *bufio.Reader) (string, error) {
	var text strings.Builder
	lines := func() (textproto.MIMEHeader, error) {
		fields := textproto.MIMEHeader{}
		for {
			line, err := r.ReadString('\n')
			text.WriteString(line)
			if err != nil || line == "\r\n" {
				return fields, err
			}
			if name, value, ok := strings.Cut(line, ":"); ok {
				fields.Add(name, strings.TrimSpace(value))
			}
		}
	}
	fields, err := lines()
	if err != nil {
		return text.String(), err
	}
	if fields.Get("Transfer-Encoding") == "chunked" {
		for {
			line, err := r.ReadString('\n')
			text.WriteString(line)
			n, _ := strconv.ParseInt(strings.TrimSpace(line), 16, 32)
			if err != nil || n == 0 {
				break
			}
			if _, err := io.CopyN(&text, r, n+2); err != nil {
				return text.String(), err
			}
		}
		_, err = lines() // trailers
		return text.String(), err
	}
	n, _ := strconv.ParseInt(fields.Get("Content-Length"), 10, 64)
	_, err = io.CopyN(&text, r, n)
	return text.String(), err
}

// rawStack is a stack in front of a raw upstream, live, whose config has these filters.
func rawStack(t testing.TB, filters string) (*stack, *raw) {
	s, w := newStack(t), newRaw(t)
	s.write(fmt.Sprintf("listener: {address: 127.0.0.1, port: %d}\nfilters: %s\nupstreams: [{name: raw, host: 127.0.0.1, port: %d}]\n",
		s.cfg.Port, filters, w.port))
	s.startServer()
	s.startEnvoy()
	s.live()
	return s, w
}

// connect opens a connection to the listener.
func (s *stack) connect() (net.Conn, *bufio.Reader) {
	s.t.Helper()
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.cfg.Port))
	must(s.t, err)
	s.t.Cleanup(func() { _ = conn.Close() })
	must(s.t, conn.SetDeadline(time.Now().Add(patience)))
	return conn, bufio.NewReader(conn)
}
