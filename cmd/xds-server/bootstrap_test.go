package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
)

func command(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, &out, &errs)
	return out.String(), errs.String(), code
}

func TestTheBootstrapFileIsItsOutput(t *testing.T) {
	for name, flags := range map[string]string{
		"../../bootstrap/envoy-ads.yaml":         "",
		"../../deploy/kubernetes/envoy-ads.yaml": " --max-heap 400",
	} {
		args := "bootstrap --node-id envoy" + flags
		out, stderr, code := command(t, strings.Fields(args)...)
		if code != 0 {
			t.Fatal(stderr)
		}
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(file) != out {
			t.Errorf("%s is not what `xds-server %s` prints: run it and commit the file", name, args)
		}
	}
}

func TestBootstrapFlags(t *testing.T) {
	out, _, code := command(t, "bootstrap", "--server", "[::1]:7", "--node-id", `a "b"`, "--admin-port", "0", "--sotw", "--start-wasm")
	for _, want := range []string{`address: "::1", port_value: 7}`, `id: "a \"b\""`, "port_value: 0}", "api_type: GRPC\n", "vm_id: livefilter.start\n"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	for _, server := range []string{"host", "host:", ":1", "host:0", "host:65536", "host:x"} {
		if _, stderr, code := command(t, "bootstrap", "--server", server); code != 1 || !strings.HasPrefix(stderr, "--server") {
			t.Errorf("--server %s: exit %d, %q", server, code, stderr)
		}
	}
}

// Two Envoys whose bootstraps nobody thought about are still two.
func TestNodeIDIsTheHostname(t *testing.T) {
	name, err := os.Hostname()
	if err != nil || name == "" {
		t.Skip("no hostname here", err)
	}
	if out, stderr, code := command(t, "bootstrap"); code != 0 || !strings.Contains(out, "  id: "+strconv.Quote(name)+"\n") {
		t.Errorf("exit %d, %s: no node ID %q in\n%s", code, stderr, name, out)
	}
	for want, ask := range map[string]func() (string, error){
		"edge-1": func() (string, error) { return "edge-1", nil },
		"envoy":  func() (string, error) { return "", nil },
	} {
		if got := hostname(ask); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := hostname(func() (string, error) { return "half", errors.New("no") }); got != "envoy" {
		t.Errorf("without a hostname: %q", got)
	}
}

func TestServeFlags(t *testing.T) {
	for flag, value := range map[string]string{"--log-level": "loud", "--log-format": "xml"} {
		if _, stderr, code := command(t, "serve", flag, value); code != 1 || !strings.HasPrefix(stderr, flag) {
			t.Errorf("%s %s: exit %d, %q", flag, value, code, stderr)
		}
	}
}
