package preflight

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// peak is the most memory that the process had while f ran, beyond what it had before, in MiB; 0 where that cannot be
// known, or the race detector needs more than what is measured.
func peak(f func()) int {
	status := func(key string) int {
		b, _ := os.ReadFile("/proc/self/status")
		_, after, _ := strings.Cut(string(b), key+":")
		n := 0
		_, _ = fmt.Sscan(after, &n)
		return n >> 10
	}
	debug.FreeOSMemory()
	if raced || os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) != nil {
		f()
		return 0
	}
	before := status("VmRSS")
	f()
	return status("VmHWM") - before
}

// hostile are the modules that do at run time what costs their host.
func hostile(t testing.TB) map[string][]byte {
	files, err := filepath.Glob("testdata/hostile/*.wasm")
	for _, known := range []string{"configure-memory", "configure-table", "configure-recursion", "request-shared-data-flood", "request-log-flood", "start-loop"} {
		files = append(files, "testdata/"+known+".wasm")
	}
	if err != nil || len(files) < 10 {
		t.Fatalf("%v, %v", files, err)
	}
	all := map[string][]byte{}
	for _, f := range files {
		code, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(f)] = code
	}
	return all
}

// Whatever a module is made of and does, there is a verdict, and the server's memory stays bounded. One that is too large
// to be judged is Envoy's to judge.
func TestHostile(t *testing.T) {
	for _, all := range []map[string][]byte{bombs(), hostile(t)} {
		for name, code := range all {
			t.Run(name, func(t *testing.T) {
				c := New(WithTimeout(time.Second))
				defer c.Close(context.Background())
				var warnings []string
				var err error
				began := time.Now()
				mib := peak(func() { warnings, err = c.Check(t.Context(), Plugin{Name: "p", Code: code}) })
				t.Logf("%d KiB of code: %d MiB, %v: %.200q %.200v", len(code)>>10, mib, time.Since(began).Round(time.Millisecond), warnings, err)
				if err != nil && !errors.As(err, new(*Refusal)) {
					t.Error("no verdict")
				}
				if mib > 2*DefaultMemory>>20+600 { // linear memory and stack, and copies of them that nobody has collected yet
					t.Errorf("it took %d MiB", mib)
				}
			})
		}
	}
}

// Twenty of them in one config: as many at a time as there are CPUs.
func TestHostileCrowd(t *testing.T) {
	var plugins []Plugin
	for name, code := range hostile(t) {
		plugins = append(plugins, Plugin{Name: name, Code: code}, Plugin{Name: name + " again", Code: code})
	}
	c := New(WithTimeout(500 * time.Millisecond))
	defer c.Close(context.Background())
	var verdicts []Verdict
	mib := peak(func() { verdicts = c.CheckAll(t.Context(), plugins) })
	t.Logf("%d plugins: %d MiB", len(plugins), mib)
	for i, v := range verdicts {
		if v.Err != nil && !errors.As(v.Err, new(*Refusal)) {
			t.Errorf("%s: no verdict: %v", plugins[i].Name, v.Err)
		}
	}
	if limit := cap(c.running) * (2*DefaultMemory>>20 + 600); mib > limit {
		t.Errorf("it took %d MiB, more than %d", mib, limit)
	}
	good, err := os.ReadFile("testdata/ok-header.wasm")
	if err != nil {
		t.Fatal(err)
	}
	for range 20 { // a machine may be so busy that even this one takes longer than half a second
		if _, err = c.Check(t.Context(), Plugin{Name: "good", Code: good}); err == nil {
			return
		}
	}
	t.Errorf("a good one afterwards: %v", err)
}
