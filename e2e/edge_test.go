package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A client that never ends its headers is told so, and loses its connection.
func TestSlowHeaders(t *testing.T) {
	t.Parallel()
	s, _ := rawStack(t, "[]")
	conn, r := s.connect()
	_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	must(t, err)
	got, err := message(r)
	if err != nil || !strings.HasPrefix(got, "HTTP/1.1 408 ") {
		t.Errorf("%q, %v", got, err)
	}
	if rest, err := io.ReadAll(r); err != nil || len(rest) > 0 {
		t.Errorf("%q, %v", rest, err)
	}
}

// Connections beyond the bound are closed at once, and Envoy's admin answers all the same.
func TestConnectionsAreBound(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.startServer()
	bootstrap, err := exec.Command(xdsServer, "bootstrap", "--server", s.xds, "--node-id", "envoy", "--admin-port", "0").Output()
	must(t, err)
	few := bytes.Replace(bootstrap, []byte("connections: 50000"), []byte("connections: 3"), 1)
	must(t, os.WriteFile(filepath.Join(s.dir, "envoy.yaml"), few, 0o600))
	s.runEnvoy()
	s.live()
	for range 3 {
		conn, r := s.connect()
		fmt.Fprint(conn, plainRequest)
		if got, err := message(r); err != nil || !strings.HasPrefix(got, "HTTP/1.1 200 ") {
			t.Fatalf("%q, %v", got, err)
		}
	}
	conn, r := s.connect()
	fmt.Fprint(conn, plainRequest)
	if got, err := message(r); err == nil {
		t.Errorf("the fourth connection gets %q", got)
	}
	eventually(t, "the connection over the bound is counted", func() bool {
		return s.counter(fmt.Sprintf("listener.127.0.0.1_%d.downstream_global_cx_overflow", s.cfg.Port)) > 0
	})
	if strings.Contains(s.envoy.out.String(), "no configured limit") {
		t.Error("Envoy warns")
	}
}

// With its heap full Envoy refuses requests, before the kernel ends it.
func TestHeapIsBound(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.startServer()
	s.startEnvoy("--max-heap", "1")
	s.live()
	eventually(t, "requests are refused", func() bool {
		a, _ := newClient(t).get(t.Context(), s.cfg.Port)
		return a.status == http.StatusServiceUnavailable
	})
	if n := s.counter("overload.envoy.overload_actions.stop_accepting_requests.active"); n != 1 {
		t.Errorf("active: %d", n)
	}
}

// HTTP/2 clients are told how much they may send ahead.
func TestHTTP2Windows(t *testing.T) {
	t.Parallel()
	s, _ := rawStack(t, "[]")
	conn, r := s.connect()
	fmt.Fprint(conn, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
	frame := func(kind byte) []byte { // the next one of that kind
		t.Helper()
		for {
			var head [9]byte
			_, err := io.ReadFull(r, head[:])
			must(t, err)
			body := make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
			_, err = io.ReadFull(r, body)
			must(t, err)
			if head[3] == kind {
				return body
			}
		}
	}
	settings := map[uint16]uint32{}
	for b := frame(4); len(b) >= 6; b = b[6:] {
		settings[binary.BigEndian.Uint16(b)] = binary.BigEndian.Uint32(b[2:])
	}
	if settings[3] != 1024 || settings[4] != 256<<10 {
		t.Errorf("streams %d, window %d", settings[3], settings[4])
	}
	if more := binary.BigEndian.Uint32(frame(8)); more != 1<<20-65535 {
		t.Errorf("the connection's window is %d", more+65535)
	}
}
