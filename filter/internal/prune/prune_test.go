package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/livefilter/livefilter/internal/wasmbin"
)

// vec is a vector of the binary format: a count, then the entries.
func vec(entries ...string) string {
	return string(binary.AppendUvarint(nil, uint64(len(entries)))) + strings.Join(entries, "")
}

// named is a name: a length, then the bytes.
func named(text string) string { return string(wasmbin.AppendSpan(nil, []byte(text))) }

func part(id byte, payload string) string { return string(id) + named(payload) }

// testModule has an imported function 0, and of its own
//
//	1  kept: calls 2, and 4 through the table
//	2  is called by 1
//	3  gone: calls 5
//	4  is in the table
//	5  is called by 3 only
//	6  a start function
//
// Functions 1 to 5 return 10 times their number, plus what they call.
func testModule() string {
	body := func(code string) string { return named("\x00" + code + "\x0b") }
	return "\x00asm\x01\x00\x00\x00" +
		part(0, named("producers")+"me") +
		part(1, vec("\x60\x00\x01\x7f", "\x60\x00\x00")) + // () -> i32; () -> ()
		part(2, vec(named("wasi_snapshot_preview1")+named("sched_yield")+"\x00\x00")) +
		part(3, vec("\x00", "\x00", "\x00", "\x00", "\x00", "\x01")) +
		part(4, vec("\x70\x00\x01")) + // a table of one function
		part(7, vec(named("kept")+"\x00\x01", named("gone")+"\x00\x03")) +
		part(8, "\x06") +
		part(9, vec("\x00\x41\x00\x0b"+vec("\x04"))) +
		part(10, vec(
			body("\x41\x0a\x10\x02\x6a\x41\x00\x11\x00\x00\x6a"), // 10 + f2() + table[0]()
			body("\x41\x14"),             // 20
			body("\x41\x1e\x10\x05\x6a"), // 30 + f5()
			body("\x41\x28"),             // 40
			body("\x41\x32"),             // 50
			body("\x01"),                 // nop
		)) +
		part(0, named("name")+"\x01"+named(vec("\x01"+named("names"))))
}

func TestPrune(t *testing.T) {
	out, err := prune([]byte(testModule()), map[string]string{"kept": "new"})
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"producers", "names", "gone", "kept"} {
		if bytes.Contains(out, []byte(gone)) {
			t.Errorf("%q is still there", gone)
		}
	}
	if emptied := bytes.Count(out, append([]byte{3}, unreachable...)); emptied != 2 {
		t.Errorf("%d functions are emptied, want 2: %x", emptied, out)
	}
	runtime := wazero.NewRuntime(t.Context())
	defer runtime.Close(t.Context())
	wasi_snapshot_preview1.MustInstantiate(t.Context(), runtime)
	module, err := runtime.Instantiate(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	got, err := module.ExportedFunction("new").Call(t.Context())
	if err != nil || got[0] != 10+20+40 {
		t.Errorf("new() = %v (%v)", got, err)
	}
}

func TestPruneRefuses(t *testing.T) {
	module := testModule()
	keep := map[string]string{"kept": "new"}
	for name, c := range map[string]struct {
		module string
		keep   map[string]string
		want   string
	}{
		"not wasm": {"hello, world", keep, `the module is text, not a WebAssembly module: name the file that the compiler makes of the source`},
		"an export is missing": {module, map[string]string{"kept": "new", "other": "other"},
			"1 of 2 exports to keep are not there"},
		"unknown code": {strings.Replace(module, "\x41\x14", "\xfd\x14", 1), keep,
			"function 2: unknown instruction 0xfd"},
		"unknown bulk code": {strings.Replace(module, "\x41\x14", "\xfc\x7f", 1), keep,
			"function 2: unknown instruction 0xfc 127"},
		"a call of nothing": {strings.Replace(module, "\x10\x02", "\x10\x63", 1), keep, "there is no function 99"},
		"cut short": {module[:len(module)-1], keep,
			"the module is truncated: its custom section announces 15 bytes and 14 are there"},
	} {
		if _, err := prune([]byte(c.module), c.keep); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestRun(t *testing.T) {
	in := filepath.Join(t.TempDir(), "in.wasm")
	if err := os.WriteFile(in, []byte(testModule()), 0o644); err != nil {
		t.Fatal(err)
	}
	// The test module has none of the filter's exports.
	if err := run(in, in+".out"); err == nil || !strings.Contains(err.Error(), "exports to keep are not there") {
		t.Error(err)
	}
	if err := run(in+".missing", in+".out"); err == nil {
		t.Error("no error for a missing file")
	}
}
