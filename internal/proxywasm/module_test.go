package proxywasm

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/wasmbin"
)

// What no engine takes is told from what only this one does not know; anything else starts on each.
func TestCompile(t *testing.T) {
	for file, want := range map[string]string{
		"ok-header":                "configured",
		"invalid-body":             "invalid",
		"feature-exceptions":       "unsupported", // by an instruction that wazero names
		"raw/feature-relaxed-simd": "unsupported", // by one that it does not
	} {
		for engine := range Engine(Engines) {
			if got := compile(t, file, engine); got != want {
				t.Errorf("%s on engine %d: %s, want %s", file, engine, got, want)
			}
		}
	}
}

func compile(t *testing.T, file string, engine Engine) string {
	t.Helper()
	code, err := os.ReadFile(filepath.Join("..", "preflight", "testdata", file+".wasm"))
	if err != nil {
		t.Fatal(err)
	}
	bin, err := wasmbin.Read(code)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Compile(t.Context(), engine, code, bin)
	switch {
	case errors.As(err, new(*wasmbin.UnsupportedError)):
		return "unsupported"
	case err != nil:
		return "invalid"
	}
	defer m.Close(t.Context())
	vm, err := New(t.Context(), m, Plugin{Name: "p"}, Limits{Memory: 1 << 20, Host: 1 << 20}, time.Now)
	if err != nil {
		return err.Error()
	}
	defer vm.Close(t.Context())
	if err := vm.Start(t.Context()); err != nil {
		return err.Error()
	}
	if started, err := vm.StartVM(t.Context()); !started {
		return "not started: " + errorText(err)
	}
	if configured, err := vm.Configure(t.Context()); !configured {
		return "not configured: " + errorText(err)
	}
	return "configured"
}

func errorText(err error) string {
	if err == nil {
		return "it returned false"
	}
	return err.Error()
}
