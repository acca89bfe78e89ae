package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// logged is what a running command has written.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// await returns the submatches of pattern once they are there.
func (l *logged) await(t *testing.T, pattern string) []string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	var found []string
	eventually(t, "logged "+pattern, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		found = re.FindStringSubmatch(l.buf.String())
		return found != nil
	})
	return found
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

const minimal = "filters: []\nupstreams:\n  - {name: a, host: localhost, port: 80}\n"

// serving runs the server until the test ends and returns its addresses.
func serving(t *testing.T, file string, flags ...string) (xdsAddress, adminAddress string, log *logged) {
	log = &logged{}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--config", file, "--xds-address", "127.0.0.1:0", "--admin-address", "127.0.0.1:0"}, flags...), io.Discard, log)
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("exit %d", code)
		}
	})
	found := log.await(t, `msg=serving xds_address=(\S+) admin_address=(\S+)`)
	return found[1], found[2], log
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", url, resp.Status, err)
	}
	return string(body)
}

func TestServe(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, leaks) }) // the last cleanup to run
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	file := filepath.Join(t.TempDir(), "livefilter.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(minimal)
	xdsAddress, adminAddress, log := serving(t, file)

	for page, want := range map[string]string{
		"/healthz": "ok\n", "/readyz": "ok\n", "/status": `"live": false`, "/edits": `"changed"`,
		"/metrics": "livefilter_config_last_reload_successful 1",
	} {
		if got := get(t, "http://"+adminAddress+page); !strings.Contains(got, want) {
			t.Errorf("%s: %s", page, got)
		}
	}
	conn, err := grpc.NewClient(xdsAddress, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	health, err := healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{})
	if err != nil || health.GetStatus() != healthpb.HealthCheckResponse_SERVING {
		t.Errorf("gRPC health: %v %v", health, err)
	}

	write("filters: []\n")
	log.await(t, "config refused, the last good one is served")
	// The line is written while the load is not quite done, which /readyz says too.
	eventually(t, "/readyz says what is broken", func() bool {
		return strings.Contains(get(t, "http://"+adminAddress+"/readyz"), "upstreams: is required")
	})
	stdout, stderr, code := command(t, "status", "--admin-address", adminAddress, "--wait")
	if code != 1 || !strings.Contains(stderr, "upstreams: is required") || !strings.Contains(stdout, "NOT LIVE") {
		t.Errorf("status --wait: exit %d\n%s%s", code, stdout, stderr)
	}
	write(strings.ReplaceAll(minimal, "80", "81"))
	log.await(t, `config is served.*changed=\[Cluster\]`)
	if out, _, code := command(t, "why", "--admin-address", adminAddress); code != 0 || !strings.Contains(out, "upstreams: is required") {
		t.Errorf("why: exit %d\n%s", code, out)
	}
	eventually(t, "status --wait says that there is no Envoy", func() bool {
		_, stderr, code := command(t, "status", "--admin-address", adminAddress, "--wait", "--timeout", "50ms")
		return code == 1 && strings.Contains(stderr, "no Envoy is connected")
	})
}

// A port that is taken ends the start before anything else is said, and who has it is named.
func TestAPortInUse(t *testing.T) {
	file := writeFile(t, "livefilter.yaml", minimal)
	xdsAddress, adminAddress, _ := serving(t, file)
	for flag, address := range map[string]string{"--xds-address": xdsAddress, "--admin-address": adminAddress} {
		_, stderr, code := command(t, "serve", "--config", file, "--xds-address", "127.0.0.1:0", "--admin-address", "127.0.0.1:0", flag, address)
		want := flag + " " + address + ": the port is in use"
		if runtime.GOOS == "linux" {
			want += fmt.Sprintf(" by xds-server.test (process %d)", os.Getpid())
		}
		if code != 1 || !strings.HasPrefix(stderr, want) {
			t.Errorf("%s: exit %d, %s", flag, code, stderr)
		}
	}
	_, stderr, code := command(t, "serve", "--config", file, "--insecure-xds", "--xds-address", "192.0.2.1:1", "--admin-address", "127.0.0.1:0")
	if code != 1 || stderr != "--xds-address 192.0.2.1:1: no interface of this machine has that address\n" {
		t.Errorf("exit %d, %s", code, stderr)
	}
}
