package prepare

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/preflight"
)

// What internal/config accepts, the built-in module accepts: they are written apart, in two
// dialects of Go, and agree on every limit.
func TestTheFilterTakesWhatTheConfigAllows(t *testing.T) {
	files, err := filepath.Glob("../config/testdata/valid-*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no configs", err)
	}
	t.Setenv("API_KEY", "k1")
	t.Setenv("API_KEY_2", "k2")
	checker := preflight.New(preflight.WithTimeout(time.Minute))
	defer checker.Close(t.Context())
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c, err := config.Parse(file, data, Environ(os.ReadFile))
			if err != nil {
				t.Fatal(err)
			}
			builtin := c.Filters[:0]
			for _, f := range c.Filters {
				if f.Builtin() {
					builtin = append(builtin, f)
				}
			}
			c.Filters = builtin
			if warnings, err := fly(t.Context(), checker, c, textsOf(c), false); err != nil || warnings != nil {
				t.Errorf("%v, %q", err, warnings)
			}
		})
	}
}
