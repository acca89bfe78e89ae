package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/preflight"
)

// Of all that internal/config and internal/preflight refuse in their own tests nothing
// reaches an Envoy, each is named in the status, and the next good save works.
func TestNothingBadReachesEnvoy(t *testing.T) {
	s := newStack(t)
	must(t, os.CopyFS(filepath.Join(s.dir, "files"), os.DirFS("../internal/config/testdata/files")))
	s.startServer()
	s.startEnvoy()
	s.live()
	before, version := s.updates(), s.status().Version
	stop := traffic(t, s.cfg.Port)
	checker := preflight.New()
	defer func() { must(t, checker.Close(context.Background())) }()
	n := 0
	for _, file := range glob(t, "../internal/config/testdata/invalid-*.yaml") {
		text, err := os.ReadFile(file)
		must(t, err)
		words, err := os.ReadFile(strings.TrimSuffix(file, ".yaml") + ".txt")
		must(t, err)
		s.mustBeRefused(string(text), strings.ReplaceAll(string(words), filepath.Base(file), "livefilter.yaml"))
		n++
	}
	for _, module := range glob(t, "../internal/preflight/testdata/*.wasm") {
		code, err := os.ReadFile(module)
		must(t, err)
		words, refused := refusal(t, checker, code)
		if !refused {
			continue
		}
		name := filepath.Base(module)
		must(t, os.WriteFile(filepath.Join(s.dir, name), code, 0o600))
		good := s.cfg.Filters
		s.cfg.Filters = fmt.Sprintf("  - {name: f, module: %s}", name)
		s.mustBeRefused(s.text(), words)
		s.cfg.Filters = good
		n++
	}
	t.Logf("%d bad files", n)
	if after := s.updates(); after != before || s.status().Version != version {
		t.Errorf("Envoy was sent something:\n%s\nbefore:\n%s", after, before)
	}
	s.makeLive(fmt.Sprintf(userAgent, "mended"))
	if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != "mended" {
		t.Errorf("upstream saw %q", got.userAgent())
	}
	stop()
}

func (s *stack) mustBeRefused(text, words string) {
	s.t.Helper()
	s.write(text)
	got := ""
	eventually(s.t, "refused: "+words, func() bool {
		st := s.status()
		if st.Live {
			s.t.Fatalf("status calls it live: %s", text)
		}
		if st.Error != nil && !st.Pending {
			got = *st.Error
		}
		return got != ""
	})
	// The first error is enough: the system's own words for a file differ with how it is read.
	words, _, _ = strings.Cut(words, "\n")
	// On a busy machine what works hard runs out of time before it runs into its own bound.
	const slow = "did not return within "
	if !strings.Contains(got, words) && !strings.Contains(got, slow) && !strings.Contains(words, slow) {
		s.t.Errorf("got  %s\nwant %s", got, words)
	}
}

// refusal is what preflight says about a module, if it refuses it.
func refusal(t *testing.T, c *preflight.Checker, code []byte) (words string, refused bool) {
	var r *preflight.Refusal
	_, err := c.Check(t.Context(), preflight.Plugin{Name: "f", VMID: "livefilter.module.f", Code: code})
	if err != nil && !errors.As(err, &r) {
		t.Fatal(err)
	}
	return fmt.Sprint(err), err != nil
}

func glob(t *testing.T, pattern string) []string {
	files, err := filepath.Glob(pattern)
	must(t, err)
	if len(files) == 0 {
		t.Fatalf("no %s", pattern)
	}
	return files
}
