package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var listening = regexp.MustCompile(`msg=listening address=(\S+)`)

// start runs ua-echo until the test ends and gives the address that its log names.
func start(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	done := make(chan int)
	go func() {
		code := run(ctx, append(args, "--address", "127.0.0.1:0"), io.Discard, writer)
		writer.Close()
		done <- code
	}()
	line, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, reader)
	t.Cleanup(func() {
		cancel()
		if code := <-done; code != 0 {
			t.Errorf("exit code %d after a signal", code)
		}
	})
	match := listening.FindStringSubmatch(line)
	if match == nil {
		t.Fatalf("the first line is not about listening: %s", line)
	}
	return match[1]
}

func check(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	var stderr bytes.Buffer
	code = run(t.Context(), args, io.Discard, &stderr)
	return code, stderr.String()
}

func TestHealthcheckWithTLS(t *testing.T) {
	folder := t.TempDir()
	ca := filepath.Join(folder, "ca.pem")
	address := start(t, "--ca-out", ca)

	if code, said := check(t, "healthcheck", "--address", address, "--ca", ca); code != 0 {
		t.Errorf("healthcheck: %d %s", code, said)
	}
	_, port, _ := net.SplitHostPort(address)
	if code, said := check(t, "healthcheck", "--address", "0.0.0.0:"+port, "--ca", ca); code != 0 {
		t.Errorf("healthcheck of a wildcard address: %d %s", code, said)
	}
	if code, _ := check(t, "healthcheck", "--address", address); code != 1 {
		t.Errorf("a plaintext question to a TLS server: exit code %d, want 1", code)
	}

	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Fatalf("the CA's folder holds %v, want ca.pem alone (%v)", entries, err)
	}
	if info, err := entries[0].Info(); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("ca.pem has mode %v (%v), want 0644", info.Mode(), err)
	}
}

func TestHealthcheckWithoutTLS(t *testing.T) {
	address := start(t, "--plaintext")
	if code, said := check(t, "healthcheck", "--address", address); code != 0 {
		t.Errorf("healthcheck: %d %s", code, said)
	}
}

func TestRefusals(t *testing.T) {
	taken := start(t, "--plaintext")
	folder := t.TempDir()
	old := filepath.Join(folder, "old.pem")
	if err := os.WriteFile(old, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"bad rule":        {[]string{"--fail", "user-agent"}, `--fail: rule "user-agent": want HEADER=VALUE:STATUS`},
		"no CA to write":  {[]string{"--plaintext", "--ca-out", old}, "--ca-out: there is no CA with --plaintext"},
		"port taken":      {[]string{"--address", taken, "--ca-out", old}, "address already in use"},
		"no folder":       {[]string{"--address", "127.0.0.1:0", "--ca-out", filepath.Join(folder, "no", "ca.pem")}, "--ca-out: open "},
		"unknown flag":    {[]string{"--nonsense"}, "unknown flag: --nonsense"},
		"unknown command": {[]string{"nonsense"}, `unknown command "nonsense"`},
		"not a CA":        {[]string{"healthcheck", "--address", taken, "--ca", old}, "old.pem holds no certificate"},
		"no port":         {[]string{"healthcheck", "--address", "localhost"}, "--address: address localhost: missing port"},
	} {
		t.Run(name, func(t *testing.T) {
			code, said := check(t, test.args...)
			if code != 1 || !strings.Contains(said, test.want) {
				t.Errorf("exit code %d, %q; want 1 and %q", code, said, test.want)
			}
		})
	}
	if content, err := os.ReadFile(old); err != nil || string(content) != "old" {
		t.Errorf("a refused start wrote %q over the old CA (%v)", content, err)
	}
}
