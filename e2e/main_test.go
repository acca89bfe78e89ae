// Package e2e runs the real server and the real Envoy and edits real files.
//
// ENVOY names the Envoy binary; where it is unset, scripts/envoy.sh finds or installs one.
package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// binaries under test, built once.
var xdsServer, envoy string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "livefilter-e2e-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	// A program built with -race else sleeps for a second before it ends.
	if err := os.Setenv("GORACE", "atexit_sleep_ms=0"); err != nil {
		return 1, err
	}
	xdsServer = filepath.Join(dir, "xds-server")
	build := exec.Command("go", "build", fmt.Sprintf("-race=%t", race), "-o", xdsServer, "../cmd/xds-server")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return 1, fmt.Errorf("build xds-server: %w", err)
	}
	if envoy = os.Getenv("ENVOY"); envoy == "" {
		find := exec.Command("../scripts/envoy.sh")
		find.Stderr = os.Stderr
		out, err := find.Output()
		if err != nil {
			return 1, fmt.Errorf("find an envoy: %w", err)
		}
		envoy = strings.TrimSpace(string(out))
	}
	code := m.Run()
	if code == 0 {
		err = goleak.Find()
	}
	return code, err
}
