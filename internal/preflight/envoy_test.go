package preflight

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// What a real Envoy was seen to do with a module.
const (
	serves  = "serves"  // requests with and without a body get an answer of the upstream, or of the module
	refuses = "refuses" // Envoy does not start with it
	fails   = "fails"   // Envoy takes it, and some request is lost: 503, or a broken response
	crashes = "crashes" // the process ends with a signal
	hangs   = "hangs"   // Envoy, or each of its requests, waits for ever
)

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
			case outcome == serves && refused:
				t.Errorf("Envoy serves it; preflight: %v", err)
			case outcome == hangs && paused:
			case outcome != serves && !refused && !left:
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
	got := map[string]string{}
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

func readOutcomes(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(envoyGolden)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, outcome, _ := strings.Cut(strings.TrimSpace(line), ": ")
		m[name] = outcome
	}
	return m
}
