package preflight

import (
	"context"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// Who edits a config again and again gets the compiled module, without ever waiting for it.
func TestSecondCheckCompiles(t *testing.T) {
	c := New(WithTimeout(time.Minute))
	defer c.Close(context.Background())
	p := sample{file: "testdata/ok-header.wasm"}.plugin(t)
	m, err := c.cache.get(t.Context(), p.Code)
	if err != nil {
		t.Fatal(err)
	}
	defer m.release(t.Context())
	check := func() {
		t.Helper()
		if _, err := c.Check(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	check()
	c.background.Wait()
	if got := m.preferred(); got != proxywasm.Interpreted {
		t.Errorf("after one check it runs on engine %d", got)
	}
	check()
	c.background.Wait()
	if got := m.preferred(); got != proxywasm.Counted {
		t.Errorf("after two checks it runs on engine %d", got)
	}
	check()
}

func TestFirstEngine(t *testing.T) {
	if first(maxInterpreted) != proxywasm.Interpreted || first(maxInterpreted+1) != proxywasm.Compiled {
		t.Error("only 512 KiB of instructions go to the interpreter")
	}
}

// Every engine comes to the same verdict on what ends by itself.
func TestEnginesAgree(t *testing.T) {
	for _, file := range []string{"ok-timer", "host-headers", "host-buffers", "configure-trap", "configure-memory", "request-trap"} {
		want := ""
		for _, kind := range []proxywasm.Engine{proxywasm.Interpreted, proxywasm.Compiled, proxywasm.Counted} {
			c := New(WithTimeout(time.Minute))
			p := sample{file: "testdata/" + file + ".wasm", config: `{"a": 1}`}.plugin(t)
			m, err := c.cache.get(t.Context(), p.Code)
			if err != nil {
				t.Fatal(err)
			}
			_, verdict := c.check(t.Context(), m, kind, p)
			got := "accepted"
			if verdict.Err != nil {
				got = verdict.Err.Error()
			}
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("%s on engine %d: %s\non the interpreter: %s", file, kind, got, want)
			}
			m.release(t.Context())
			if err := c.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}
	}
}
