package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeEnvoy is a program that says what an Envoy says.
func fakeEnvoy(t *testing.T, says string, exit string) string {
	path := filepath.Join(t.TempDir(), "envoy")
	script := "#!/bin/sh\n[ \"$1 $2 $3\" = '--mode validate -c' ] && [ -s \"$4\" ] || exit 9\ncat >&2 <<'END'\n" +
		says + "\nEND\nexit " + exit + "\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// What Envoy 1.40 says, and what becomes of it.
func TestEnvoyVerdict(t *testing.T) {
	const file = "testdata/validate-warning.yaml"
	for name, tt := range map[string]struct{ says, exit, file, want string }{
		"good": {"configuration 'x' OK", "0", file, ""},
		"plugin": {`Wasm VM failed Failed to configure base Wasm plugin
Plugin waits failed to load
Plugin configured to fail closed failed to load
error initializing configuration 'x': Unable to create Wasm plugin waits`, "1", file,
			file + ":1:11: filters[0]: envoy: Unable to create Wasm plugin waits (Wasm VM failed Failed to configure base Wasm plugin)"},
		"ca": {"error initializing configuration 'x': Invalid path: /etc/ssl/certs/ca-certificates.crt", "1", "testdata/validate-ok.yaml",
			"testdata/validate-ok.yaml:4:56: upstreams[0].tls: envoy: Invalid path: /etc/ssl/certs/ca-certificates.crt" +
				"; Envoy's machine has no CA certificates at this path, where Debian and Alpine have them: name a file with tls.ca"},
		"several lines": {"error initializing configuration 'x': Invalid duration:\n\n seconds: -5", "1", file,
			file + ":1:1: envoy: Invalid duration: seconds: -5"},
		"crash": {"what", "3", file, "exit status 3, and it does not say why"},
	} {
		t.Run(name, func(t *testing.T) {
			stdout, stderr, code := command(t, "validate", tt.file, "--envoy", fakeEnvoy(t, tt.says, tt.exit))
			if tt.want == "" && (code != 0 || stdout != tt.file+": ok\n") {
				t.Errorf("exit %d, %q, %q", code, stdout, stderr)
			}
			if tt.want != "" && (code != 1 || stdout != "" || !strings.HasSuffix(stderr, tt.want+"\n")) {
				t.Errorf("exit %d, %q, %q", code, stdout, stderr)
			}
		})
	}
	if _, stderr, code := command(t, "validate", file, "--envoy", "/no/such/envoy"); code != 1 || !strings.Contains(stderr, "--envoy: ") {
		t.Errorf("exit %d, %q", code, stderr)
	}
}
