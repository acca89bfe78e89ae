package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// An edit that was refused since DNS did not know its host is served once DNS does: when
// somebody asks, and by SIGHUP, which does not end the server.
func TestRetry(t *testing.T) {
	file := filepath.Join(t.TempDir(), "livefilter.yaml")
	write := func(host string) {
		if err := os.WriteFile(file, []byte(strings.Replace(minimal, "localhost", host, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(born.Clear)
	write("there.example")
	_, admin, log := serving(t, file)

	write("a.unborn")
	log.await(t, "config refused, the last good one is served.*DNS knows no host a.unborn")
	stdout, stderr, code := command(t, "retry", "--admin-address", admin)
	if code != 1 || stdout != "" || !strings.Contains(stderr, "is still refused") || !strings.Contains(stderr, "livefilter.yaml:3:21: upstreams[0].host: DNS knows no host a.unborn") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	born.Store("a.unborn", true)
	if stdout, stderr, code = command(t, "retry", "--admin-address", admin); code != 0 || !strings.HasPrefix(stdout, "the config on disk is served, version ") || stderr != "" {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}

	write("b.unborn")
	log.await(t, "config refused.*DNS knows no host b.unborn")
	born.Store("b.unborn", true)
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	log.await(t, `msg="config is loaded again" reason=SIGHUP`)
	log.await(t, `(?s)(config is served.*){3}`)
	// A touch of what is served is for Envoys: what they refuse is not the watcher's to know.
	if err := os.Chtimes(file, time.Now(), time.Now()); err != nil {
		t.Fatal(err)
	}
	log.await(t, `msg="config is loaded again" reason=touch`)
}

func TestRetryWithoutAServer(t *testing.T) {
	_, stderr, code := command(t, "retry", "--admin-address", "127.0.0.1:1")
	if code != exitUnreachable || !strings.Contains(stderr, "ask the server: nothing listens at 127.0.0.1:1") {
		t.Errorf("exit %d, %q", code, stderr)
	}
}
