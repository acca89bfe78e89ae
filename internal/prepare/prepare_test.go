package prepare

import (
	"errors"
	"io/fs"
	"syscall"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/preflight"
)

// A file that cannot be read now may be readable later, with the same bytes; one that is
// not there, or says the wrong thing, stays what it is until somebody changes it.
func TestWhatIsTransient(t *testing.T) {
	checker := preflight.New(preflight.WithTimeout(time.Minute))
	defer checker.Close(t.Context())
	const withModule = "filters: [{name: m, module: m.wasm}]\nupstreams: [{name: a, host: localhost, port: 80}]\n"
	for name, tt := range map[string]struct {
		text        string
		config      error
		module      error
		transient   bool
		inTheConfig bool
	}{
		"a mistake":              {text: "filters: []\n", inTheConfig: true},
		"no config":              {config: fs.ErrNotExist},
		"no right to the config": {config: syscall.EACCES, transient: true},
		"no descriptor left":     {text: withModule, module: syscall.EMFILE, transient: true, inTheConfig: true},
		"no module":              {text: withModule, module: fs.ErrNotExist, inTheConfig: true},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := File(t.Context(), checker, "f.yaml", func(path string) ([]byte, error) {
				if path == "f.yaml" {
					return []byte(tt.text), tt.config
				}
				return nil, tt.module
			})
			var mistakes config.Errors
			if err == nil || IsTransient(err) != tt.transient || errors.As(err, &mistakes) != tt.inTheConfig {
				t.Errorf("got %T %v", err, err)
			}
		})
	}
}
