package prepare

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/preflight"
)

// A module that takes one plugin a VM may be edited once more with a warning, and cannot be shared:
// Envoy acknowledges the second filter and answers 503.
func TestShareNeedsASecondPlugin(t *testing.T) {
	checker := preflight.New(preflight.WithTimeout(time.Minute))
	defer checker.Close(t.Context())
	for second, want := range map[string]string{
		"":         "",
		"share: h": "",
		"share: g": "l.yaml:1:58: filters[0].share: a second plugin in its VM: ",
	} {
		text := "filters: [{name: a, module: once.wasm, config: 1, share: g}"
		if second != "" {
			text += ", {name: b, module: once.wasm, " + second + "}"
		}
		text += "]\nupstreams: [{name: u, host: h.example, port: 80}]\n"
		p, err := File(t.Context(), checker, "l.yaml", func(path string) ([]byte, error) {
			if path == "l.yaml" {
				return []byte(text), nil
			}
			return os.ReadFile("../preflight/testdata/replace-trap.wasm")
		})
		switch {
		case want == "" && (err != nil || len(p.Warnings) == 0 || !strings.Contains(p.Warnings[0], "the next edit would break it")):
			t.Errorf("%q: %v, %q", second, err, p.Warnings)
		case want != "" && !strings.HasPrefix(fmt.Sprint(err), want):
			t.Errorf("%q: %v", second, err)
		}
	}
}
