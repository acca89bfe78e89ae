package e2e

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Whatever is sent to the ports, and whatever libraries say of it, each line of the log is of the format that was asked for.
func TestLogIsOneFormat(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.flags = []string{"--log-format", "json", "--log-level", "debug"}
	s.server = start(t, "xds-server", s.dir, append([]string{xdsServer, "serve", "--config", "livefilter.yaml",
		"--xds-address", "127.0.0.1:0", "--admin-address", "127.0.0.1:0"}, s.flags...)...)
	found := s.server.await(`"msg":"serving","xds_address":"([^"]+)","admin_address":"([^"]+)"`)
	s.xds, s.admin = found[1], found[2]
	s.startEnvoy()
	s.live()
	texts := []string{
		"", "\x00\x01\x02\x03garbage\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /status HTTP/1.1\r\nHost: evil.example\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "\x16\x03\x01\x00\x05hello",
		"POST /retry HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
	}
	for _, address := range []string{s.xds, s.admin} {
		for _, text := range texts {
			conn, err := net.Dial("tcp", address)
			must(t, err)
			_, _ = io.WriteString(conn, text)
			_ = conn.(*net.TCPConn).CloseWrite() // the server may have closed it already
			must(t, conn.SetReadDeadline(time.Now().Add(100*time.Millisecond)))
			_, _ = io.Copy(io.Discard, conn)
			must(t, conn.Close())
		}
		if conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true}); err == nil {
			conn.Close()
		}
	}
	eventually(t, "the server has looked at what named another host", func() bool { // it may be read after its client has gone
		n := s.metric(`livefilter_admin_requests_refused_total{reason="other_host"}`)
		return n != "" && n != "0"
	})
	s.write("filters: [\n")
	s.server.await("config refused")
	s.write(strings.Replace(s.text(), "one", "two", 1))
	s.live()
	if code := s.server.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	lines := bufio.NewScanner(strings.NewReader(s.server.out.String()))
	for lines.Buffer(nil, 1<<20); lines.Scan(); {
		var line struct{ Time, Level, Msg string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || line.Time == "" || line.Level == "" || line.Msg == "" {
			t.Errorf("%s: %v", lines.Text(), err)
		}
	}
}

// Thousands that connect and wait, or begin a request and stop, are in nobody's way.
func TestAdminPortUnderIdleConnections(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.startServer()
	for i := range 2000 {
		conn, err := net.Dial("tcp", s.admin)
		must(t, err)
		defer conn.Close()
		if i%2 == 0 {
			_, _ = io.WriteString(conn, "GET /status HTTP/1.1\r\nHost: local")
		}
	}
	out, err := exec.Command(xdsServer, "status", "--admin-address", s.admin).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "no Envoy is connected") {
		t.Errorf("%v\n%s", err, out)
	}
}
