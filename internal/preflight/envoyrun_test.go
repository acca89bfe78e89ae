package preflight

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

//go:embed testdata/envoy.yaml
var envoyConfig string

// startUpstream answers every request with a short body, once it has read it.
func startUpstream(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "hello")
	}))
	t.Cleanup(s.Close)
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// observe starts an Envoy with the module and sends it requests: two plain ones around one with a body.
func observe(t *testing.T, path string, s sample, upstream string) string {
	t.Helper()
	file, err := filepath.Abs(s.file)
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	config := strings.NewReplacer("$PORT", port, "$UPSTREAM", upstream, "$FILE", file, "$CONFIG", strconv.Quote(s.config)).Replace(envoyConfig)
	cmd := exec.CommandContext(t.Context(), path, "--use-dynamic-base-id", "--concurrency", "1", "-l", "off", "--config-yaml", config)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	outcome, over := requests(t, "http://127.0.0.1:"+port, ended)
	if !over {
		select {
		case err := <-ended: // a crash may come a little after the response
			outcome = exited(err)
		case <-time.After(200 * time.Millisecond):
			_ = cmd.Process.Kill()
			<-ended
		}
	}
	return outcome
}

func requests(t *testing.T, url string, ended <-chan error) (outcome string, over bool) {
	t.Helper()
	up := false
	for deadline := time.Now().Add(8 * time.Second); !up && time.Now().Before(deadline); {
		select {
		case err := <-ended:
			return exited(err), true
		case <-time.After(50 * time.Millisecond):
		}
		if c, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "http://"), time.Second); err == nil {
			_ = c.Close()
			up = true
		}
	}
	if !up {
		return hangs, false
	}
	time.Sleep(300 * time.Millisecond) // a worker may still be starting the module, or its timer ring
	outcome = serves
	for _, body := range []bool{false, true, false} {
		switch err := send(t, url, body); {
		case errors.Is(err, context.DeadlineExceeded):
			return hangs, false
		case err != nil:
			outcome = fails
		}
	}
	return outcome, false
}

// send sends a body in two pieces, so that the module sees it come.
func send(t *testing.T, url string, withBody bool) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	method, body := http.MethodGet, io.Reader(nil)
	if withBody {
		r, w := io.Pipe()
		method, body = http.MethodPost, r
		go func() {
			_, _ = io.WriteString(w, "hel")
			time.Sleep(50 * time.Millisecond)
			_, _ = io.WriteString(w, "lo")
			_ = w.Close()
		}()
	}
	req, err := http.NewRequestWithContext(ctx, method, url+"/path?query=1", body)
	if err != nil {
		return err
	}
	req.Header.Set("user-agent", "preflight")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode >= 500 {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}

func exited(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return crashes
		}
	}
	return refuses
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
