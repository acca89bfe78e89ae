package preflight

import (
	"sync"
	"testing"

	"github.com/tetratelabs/wazero"
)

// Modules are compiled side by side: under the race detector this fails where wazero's first
// runtimes are made at once.
func TestRuntimesSideBySide(t *testing.T) {
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := newRuntime(t.Context(), wazero.NewRuntimeConfig()).Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
