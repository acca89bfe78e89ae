package preflight

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// TestText holds each module to its text, where wabt's wat2wasm is at hand. With -update it compiles them.
func TestText(t *testing.T) {
	wat2wasm, err := exec.LookPath("wat2wasm")
	if err != nil {
		t.Skip("no wat2wasm on PATH")
	}
	texts, err := filepath.Glob("testdata/*.wat")
	hostile, _ := filepath.Glob("testdata/hostile/*.wat")
	texts = append(texts, hostile...)
	if err != nil {
		t.Fatal(err)
	}
	for _, wat := range texts {
		compiled := filepath.Join(t.TempDir(), "m.wasm")
		args := append(strings.Fields(directive(t, wat, "flags")), wat, "-o", compiled)
		if out, err := exec.CommandContext(t.Context(), wat2wasm, args...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", wat, err, out)
			continue
		}
		got, err := os.ReadFile(compiled)
		if err != nil {
			t.Fatal(err)
		}
		file := strings.TrimSuffix(wat, ".wat") + ".wasm"
		if *update {
			if err := os.WriteFile(file, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what its text compiles to (%v); -update compiles it", file, err)
		}
	}
}

// TestOffers holds the modules that import everything to what the host offers, so that a real Envoy can be asked
// whether it offers the same.
func TestOffers(t *testing.T) {
	for _, abi := range []string{"0.1.0", "0.2.0", "0.2.1"} {
		offers := proxywasm.Offers(abi)
		var names []string
		for name := range offers {
			names = append(names, name)
		}
		slices.Sort(names)
		version := strings.ReplaceAll(abi, ".", "_")
		var text strings.Builder
		fmt.Fprintf(&text, ";; Imports all that Envoy offers to ABI %s. Written by TestOffers -update.\n(module\n", abi)
		for _, full := range names {
			module, name, _ := strings.Cut(full, ".")
			f := offers[full]
			fmt.Fprintf(&text, "  (import %q %q (func%s%s))\n", module, name, values("param", f.Params), values("result", f.Results))
		}
		fmt.Fprintf(&text, "  (memory (export \"memory\") 1)\n  (func (export \"proxy_abi_version_%s\"))\n", version)
		text.WriteString("  (func (export \"malloc\") (param i32) (result i32) (i32.const 4096))\n)\n")
		file := "testdata/ok-imports-" + strings.ReplaceAll(abi, ".", "-") + ".wat"
		if *update {
			if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || string(want) != text.String() {
			t.Errorf("%s does not import what the host offers (%v); -update writes it", file, err)
		}
	}
}

func values(what, letters string) string {
	if letters == "" {
		return ""
	}
	var types []string
	for _, l := range letters {
		types = append(types, map[rune]string{'i': "i32", 'I': "i64"}[l])
	}
	return " (" + what + " " + strings.Join(types, " ") + ")"
}
