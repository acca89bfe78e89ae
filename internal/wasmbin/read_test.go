package wasmbin

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "preflight", "testdata", name+".wasm"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRead(t *testing.T) {
	m, err := Read(read(t, "ok-header"))
	if err != nil {
		t.Fatal(err)
	}
	set := Func{Params: "iiiii", Results: "i"}
	if d := cmp.Diff([]Import{{Module: "env", Name: "proxy_replace_header_map_value", Func: set}}, m.Imports); d != "" {
		t.Errorf("imports: -want +got:\n%s", d)
	}
	want := []Export{
		{Name: "memory", Kind: KindMemory},
		{Name: "proxy_abi_version_0_2_1", Index: 1},
		{Name: "malloc", Index: 2, Func: Func{Params: "i", Results: "i"}},
		{Name: "proxy_on_request_headers", Index: 3, Func: Func{Params: "iii", Results: "i"}},
	}
	if d := cmp.Diff(want, m.Exports); d != "" {
		t.Errorf("exports: -want +got:\n%s", d)
	}
	if m.ABI != "0.2.1" || m.HasStart || len(m.Memories) != 1 || m.Memories[0].Min != 1 {
		t.Errorf("got ABI %q, start %v, memories %v", m.ABI, m.HasStart, m.Memories)
	}
	if f, ok := m.Func("malloc"); !ok || f.String() != "i32 -> i32" {
		t.Errorf("malloc is %v, %v", f, ok)
	}
	if !m.ExportsKind(KindMemory) || m.ExportsKind(KindGlobal) {
		t.Error("wrong about what kinds are exported")
	}
}

func TestStart(t *testing.T) {
	if m, err := Read(read(t, "ok-start-section")); err != nil || !m.HasStart {
		t.Errorf("start section: %v, %v", m.HasStart, err)
	}
}

func TestUnsupported(t *testing.T) {
	for name, want := range map[string]string{
		"feature-memory64":      "it has a 64-bit memory or table (memory64)",
		"feature-multi-memory":  "it has several memories (multi-memory)",
		"feature-shared-memory": "it shares a memory between threads",
	} {
		m, err := Read(read(t, name))
		if u := new(UnsupportedError); !errors.As(err, &u) || u.What != want {
			t.Errorf("%s: %v", name, err)
		}
		if m.ABI != "0.2.1" || len(m.Exports) == 0 {
			t.Errorf("%s: what comes after the feature was not read", name)
		}
	}
}

// A module that ends early never reads as whole, wherever it ends; nor does anything run wild over it.
func TestTruncated(t *testing.T) {
	code := read(t, "host-headers")
	whole := 0
	for n := range code {
		if _, err := Read(code[:n]); err == nil {
			whole++
		}
	}
	// Where a section ends, the rest of the module may be missing without a trace: eight bytes of header, and types,
	// imports, functions, memory, globals, exports, code.
	if whole > 8 {
		t.Errorf("%d of %d prefixes read as whole modules", whole, len(code))
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("../preflight/testdata/*.wasm")
	raw, _ := filepath.Glob("../preflight/testdata/raw/*.wasm")
	for _, file := range append(files, raw...) {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, code []byte) {
		m, err := Read(code)
		switch {
		case err == nil:
			again, err := Read(m.Trim(code))
			if err != nil {
				t.Fatalf("trimmed, it does not read any more: %v", err)
			}
			if d := cmp.Diff(m.Exports, again.Exports); d != "" {
				t.Errorf("trimmed, it exports something else: %s", d)
			}
			if bodies := m.Bodies(code); len(bodies) > 0 {
				_ = Calls(bodies[0], func(uint32) {})
			}
			m.Referenced(code)
		case !errors.As(err, new(*CorruptError)) && !errors.As(err, new(*UnsupportedError)):
			t.Errorf("an error of another kind: %v", err)
		}
	})
}
