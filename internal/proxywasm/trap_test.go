package proxywasm

import (
	"errors"
	"fmt"
	"testing"

	"github.com/tetratelabs/wazero/sys"
)

// These are errors as wazero words them; what a module can do to get them is in ../preflight/testdata.
func TestTrapped(t *testing.T) {
	bug := func() (err error) {
		defer func() { err, _ = recover().(error) }()
		var none []int
		_ = none[len(none)]
		return nil
	}()
	for name, tc := range map[string]struct {
		err    error
		kind   Kind
		reason string
	}{
		"trap":            {errors.New("wasm error: unreachable\nwasm stack trace:\n\t.$2(i32) i32"), Trapped, "aborted: a panic, or code that must not be reached"},
		"trap with names": {errors.New("wasm error: integer divide by zero\nwasm stack trace:\n\t.parse(i32) i32\n\t.f()"), Trapped, "divided by zero in parse"},
		"trap in itself":  {errors.New("wasm error: integer overflow\nwasm stack trace:\n\t.f(i32) i32"), Trapped, "overflowed an integer"},
		"start section":   {errors.New("start function[0] failed: wasm error: unreachable\nwasm stack trace:\n\t.$0()"), Trapped, "aborted: a panic, or code that must not be reached"},
		"unknown":         {errors.New("wasm error: something new\nwasm stack trace:\n\t.$0()"), Trapped, "something new"},
		"recursion":       {errors.New("wasm error: stack overflow\nwasm stack trace:\n\t.$0()"), Recursion, "called itself too deep"},
		"deadline":        {sys.NewExitError(sys.ExitCodeDeadlineExceeded), TimedOut, "did not return in time: an endless loop?"},
		"canceled":        {sys.NewExitError(sys.ExitCodeContextCanceled), Canceled, "was interrupted"},
		"too much":        {fmt.Errorf("%w (recovered by wazero)\nwasm stack trace:\n\t.f()", errHeld{64 << 20}), Trapped, "makes its host keep more than 64 MiB of headers, shared data, queues and metrics"},
		"a bug of ours":   {fmt.Errorf("%w (recovered by wazero)\nwasm stack trace:\n\t.f()", bug), Failed, "met a bug of preflight: " + bug.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			got := (&VM{memory: &memory{}}).trapped("f", tc.err)
			if got.Kind != tc.kind || got.Reason != tc.reason {
				t.Errorf("kind %d, %q", got.Kind, got.Reason)
			}
		})
	}
}
