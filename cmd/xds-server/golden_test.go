package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exitOf is the exit status that goes with what was printed: the usage for a wrong command line, and for nothing else.
func exitOf(stderr string) int {
	if strings.Contains(stderr, "\nusage: xds-server ") {
		return exitUsage
	}
	return exitRefused
}

var update = flag.Bool("update", false, "rewrite the golden files")

// golden runs a command in testdata, where its configs are, and compares what a terminal
// would show with testdata/NAME.txt. `go test ./cmd/xds-server -update` rewrites the files.
func golden(t *testing.T, name string, args ...string) {
	t.Helper()
	t.Chdir("testdata")
	var stdout, stderr bytes.Buffer
	code := run(context.Background(), args, &stdout, &stderr)
	var got strings.Builder
	fmt.Fprintf(&got, "$ xds-server %s\n%s", strings.Join(args, " "), stdout.String())
	for line := range strings.Lines(stderr.String()) {
		got.WriteString("stderr: " + line)
	}
	fmt.Fprintf(&got, "exit %d\n", code)
	file := name + ".txt"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got.String()); d != "" {
		t.Errorf("-testdata/%s +printed:\n%s", file, d)
	}
}
