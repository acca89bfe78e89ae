package preflight

import (
	"context"
	"errors"
	"testing"
	"time"
)

// FuzzCheck: whatever the bytes are, there is a verdict, and no panic.
func FuzzCheck(f *testing.F) {
	for _, s := range modules(f) {
		p := s.plugin(f)
		f.Add(p.Code, p.Config)
	}
	c := New(WithTimeout(20*time.Millisecond), WithMemory(1<<20), WithModules(1))
	f.Cleanup(func() { _ = c.Close(context.Background()) })
	f.Fuzz(func(t *testing.T, code, config []byte) {
		_, err := c.Check(t.Context(), Plugin{Name: "f", Code: code, Config: config})
		if err != nil && !errors.As(err, new(*Refusal)) {
			t.Errorf("neither accepted nor refused: %v", err)
		}
	})
}
