package preflight

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/livefilter/livefilter/internal/builtin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestBuiltin(t *testing.T) {
	c := New(WithTimeout(time.Minute))
	defer c.Close(context.Background())
	p := Plugin{Name: "f", Code: builtin.Filter, Config: []byte(`{"headers": [{"name": "user-agent", "values": ["hello", "world"]}]}`)}
	if warnings, err := c.Check(t.Context(), p); err != nil || len(warnings) > 0 {
		t.Errorf("the built-in filter: %v, warnings %q", err, warnings)
	}
	p.Config = []byte(`{"headers": [{"name": "user-agent", "values": []}]}`)
	var refusal *Refusal
	if _, err := c.Check(t.Context(), p); !errors.As(err, &refusal) || refusal.Step != Configure || !strings.Contains(refusal.Reason, "must not be empty") {
		t.Errorf("a bad configuration of it: %v", err)
	}
}

// Whoever gives up gets the context's error, which says nothing about the plugin.
func TestCanceled(t *testing.T) {
	c := New(WithTimeout(time.Minute))
	defer c.Close(context.Background())
	for name, file := range map[string]string{"before": "ok-header", "during": "request-loop"} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if name == "before" {
			cancel()
		}
		_, err := c.Check(ctx, sample{file: "testdata/" + file + ".wasm"}.plugin(t))
		if ctx.Err() == nil || !errors.Is(err, ctx.Err()) || errors.As(err, new(*Refusal)) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
	}
}

func TestMemoryOption(t *testing.T) {
	c := New(WithMemory(64<<10), WithTimeout(time.Minute))
	defer c.Close(context.Background())
	if _, err := c.Check(t.Context(), sample{file: "testdata/ok-header.wasm"}.plugin(t)); err != nil {
		t.Errorf("one page of 64 KiB: %v", err)
	}
	_, err := c.Check(t.Context(), sample{file: "testdata/configure-memory.wasm"}.plugin(t))
	if !errors.As(err, new(*Refusal)) {
		t.Errorf("more than that: %v", err)
	}
}

func TestTooLargeToJudge(t *testing.T) {
	c := New(WithTimeout(time.Minute))
	defer c.Close(context.Background())
	p := sample{file: "testdata/ok-header.wasm"}.plugin(t)
	good := p.Code
	// A custom section of 16 MiB, which no engine reads.
	p.Code = append(append(slices.Clone(good), "\x00\x82\x80\x80\x08\x01x"...), make([]byte, MaxCode)...)
	if warnings, err := c.Check(t.Context(), p); err != nil || len(warnings) > 0 {
		t.Errorf("16 MiB of something else: %q, %v", warnings, err)
	}
	p.Code = inflate(good, MaxCode+1)
	warnings, err := c.Check(t.Context(), p)
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "a function of more than 2 MiB") {
		t.Errorf("16 MiB of instructions: %.200q, %v", warnings, err)
	}
	function := join([]byte{0}, bytes.Repeat([]byte{1}, MaxCode/9), []byte{0x0b})
	p.Code = bomb{functions: slices.Repeat([][]byte{{0}}, 9), bodies: slices.Repeat([][]byte{join(leb(len(function)), function)}, 9)}.code()
	warnings, err = c.Check(t.Context(), p)
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "its instructions are larger than 16 MiB") {
		t.Errorf("16 MiB of nine functions: %.200q, %v", warnings, err)
	}
}

// inflate gives a module one function of about that many bytes of nop, instead of those that it has.
func inflate(code []byte, size int) []byte {
	body := append([]byte{0}, bytes.Repeat([]byte{0x01}, size-2)...)
	body = append(body, 0x0b)
	out := slices.Clone(code[:8])
	for rest := code[8:]; len(rest) > 0; {
		length, n := binary.Uvarint(rest[1:])
		payload := rest[1+n : 1+n+int(length)]
		if rest[0] == 10 {
			payload = join([]byte{1}, leb(len(body)), body)
		}
		out = append(out, section(rest[0], payload)...)
		rest = rest[1+n+int(length):]
	}
	return out
}

// Many at once, of few modules, with a cache that keeps fewer: each check has its own verdict, whoever compiles, and
// whatever goes out of the cache meanwhile.
func TestConcurrent(t *testing.T) {
	c := New(WithModules(2), WithTimeout(time.Minute))
	defer c.Close(context.Background())
	var wg sync.WaitGroup
	for i := range 60 {
		file := []string{"ok-header", "configure-reads", "configure-false", "abi-missing", "configure-recursion-5000"}[i%5]
		p := sample{file: "testdata/" + file + ".wasm", config: "{}"}.plugin(t)
		wg.Go(func() {
			_, err := c.Check(t.Context(), p)
			if refused := errors.As(err, new(*Refusal)); err != nil && !refused || refused != (i%5 == 2 || i%5 == 3) {
				t.Errorf("%s: %v", file, err)
			}
		})
	}
	wg.Wait()
}
