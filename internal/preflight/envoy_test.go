package preflight

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/envoyrun"
)

//go:embed testdata/envoy.yaml
var envoyConfig string

const envoyGolden = "testdata/envoy.golden"

// TestAgreesWithEnvoy compares the verdict on each module with what Envoy 1.40 did with it, as TestEnvoy recorded.
func TestAgreesWithEnvoy(t *testing.T) {
	recorded := readOutcomes(t)
	for _, s := range modules(t) {
		t.Run(s.name, func(t *testing.T) {
			outcome, ok := recorded[s.name]
			if !ok {
				t.Fatalf("no outcome in %s; run TestEnvoy with ENVOY=path/to/envoy -update", envoyGolden)
			}
			warnings, err := s.checker(t).Check(t.Context(), s.plugin(t))
			refused := errors.As(err, new(*Refusal))
			left := slices.ContainsFunc(warnings, func(w string) bool { return strings.HasPrefix(w, "not judged") })
			paused := slices.ContainsFunc(warnings, func(w string) bool { return strings.Contains(w, " paused") })
			switch {
			case outcome == envoyrun.Serves && refused:
				t.Errorf("Envoy serves it; preflight: %v", err)
			case outcome == envoyrun.Hangs && paused:
			case outcome != envoyrun.Serves && !refused && !left:
				t.Errorf("with it, Envoy %s; preflight accepts it, warnings %q", outcome, warnings)
			}
		})
	}
}

// TestEnvoy does with a real Envoy (ENVOY=path) what TestAgreesWithEnvoy relies on, a few minutes long.
func TestEnvoy(t *testing.T) {
	path := os.Getenv("ENVOY")
	if path == "" {
		t.Skip("no ENVOY=path/to/envoy")
	}
	all := modules(t)
	got := map[string]envoyrun.Outcome{}
	upstream := startUpstream(t)
	for _, s := range all {
		got[s.name] = observe(t, path, s, upstream)
	}
	if *update {
		var b strings.Builder
		for _, s := range all {
			fmt.Fprintf(&b, "%s: %s\n", s.name, got[s.name])
		}
		if err := os.WriteFile(envoyGolden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range readOutcomes(t) {
		if got[name] != want {
			t.Errorf("%s: Envoy %s; %s says that it %s", name, got[name], envoyGolden, want)
		}
	}
}

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

// observe starts an Envoy with the module and sends it requests.
func observe(t *testing.T, path string, s sample, upstream string) envoyrun.Outcome {
	t.Helper()
	file, err := filepath.Abs(s.file)
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	config := strings.NewReplacer("$PORT", port, "$UPSTREAM", upstream, "$FILE", file, "$CONFIG", strconv.Quote(s.config)).Replace(envoyConfig)
	outcome, err := envoyrun.Observe(t.Context(), path, config, "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	return outcome
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

func readOutcomes(t *testing.T) map[string]envoyrun.Outcome {
	t.Helper()
	data, err := os.ReadFile(envoyGolden)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]envoyrun.Outcome{}
	for line := range strings.Lines(string(data)) {
		name, outcome, _ := strings.Cut(strings.TrimSpace(line), ": ")
		m[name] = envoyrun.Outcome(outcome)
	}
	return m
}
