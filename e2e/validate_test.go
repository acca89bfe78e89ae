package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What validate cannot judge itself, an Envoy can: unjudged.wasm has two memories, of which
// preflight knows nothing, and refuses every configuration.
func TestValidateWithEnvoy(t *testing.T) {
	s := newStack(t)
	module, err := os.ReadFile("testdata/unjudged.wasm")
	must(t, err)
	must(t, os.WriteFile(filepath.Join(s.dir, "unjudged.wasm"), module, 0o600))
	validate := func() (string, int) {
		cmd := exec.Command(xdsServer, "validate", "livefilter.yaml", "--envoy", envoy)
		var out bytes.Buffer
		cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, &out, &out
		_ = cmd.Run()
		return out.String(), cmd.ProcessState.ExitCode()
	}
	for _, retry := range []string{"", "\n    retry: {on: [429], tries: 2}"} {
		for _, delivery := range []string{"ecds", "inline"} {
			s.cfg.FilterConfig, s.cfg.Filters = delivery, "  - name: unjudged\n    module: unjudged.wasm"+retry
			s.save()
			out, code := validate()
			want := "livefilter.yaml:3:5: filters[0]: envoy: Unable to create Wasm plugin unjudged"
			if code != 1 || !strings.Contains(out, want) || !strings.HasPrefix(out, "warning: filter unjudged: not judged") {
				t.Errorf("exit %d, %s", code, out)
			}
			s.cfg.Filters = strings.Replace(userAgent, "%s", "one", 1) + retry
			s.save()
			if out, code := validate(); code != 0 || out != "livefilter.yaml: ok\n" {
				t.Errorf("exit %d, %s", code, out)
			}
		}
	}
}

// Envoy's words for a filter of its own name none of the file's: it is found by leaving each out.
func TestValidateFindsRefused(t *testing.T) {
	s := newStack(t)
	const auth = `  - name: %s
    typed_config:
      '@type': type.googleapis.com/envoy.extensions.filters.http.basic_auth.v3.BasicAuth
      users: {inline_string: "user:%s"}
`
	for _, delivery := range []string{"ecds", "inline"} {
		s.cfg.FilterConfig = delivery
		s.cfg.Filters = fmt.Sprintf(auth, "fine", "{SHA}qvTGHdzF6KLavt4PO0gs2a6pQ00=") + fmt.Sprintf(auth, "bad", "clear")
		s.save()
		cmd := exec.Command(xdsServer, "validate", "livefilter.yaml", "--envoy", envoy)
		cmd.Dir = s.dir
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), ": filters[1].typed_config: envoy: basic auth: unsupported htpasswd format") {
			t.Errorf("%s: %v, %s", delivery, err, out)
		}
	}
}
