package proxywasm

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"

	"github.com/tetratelabs/wazero/sys"
)

// StartSection names the wasm start function, which has no export name.
const StartSection = "the start section"

// Trap is a call that did not return. After one, Envoy never calls the VM again.
type Trap struct {
	Callback string // what Envoy called
	Kind     Kind
	Reason   string // in plain words, without a final stop
}

// Kind says what a caller may want to treat apart.
type Kind int

// The kinds of traps.
const (
	Trapped   Kind = iota // the module's own fault
	TimedOut              // the context ended
	Recursion             // deeper than wazero goes, which for its interpreter says little about V8
	Crash                 // Envoy itself would crash
	Canceled              // the caller gave up: says nothing about the module
	Failed                // this host or its engine failed: says nothing about the module either
)

func (t *Trap) Error() string { return t.Callback + " " + t.Reason }

// Host functions end a call by panicking with one of these.
type (
	errHeld       struct{ limit int }
	errRestricted struct{ name string }
	errCrash      struct{ why string }
	errDeep       struct{}
)

func (e errHeld) Error() string {
	return fmt.Sprintf("makes its host keep more than %d MiB of headers, shared data, queues and metrics", e.limit>>20)
}

func (e errRestricted) Error() string {
	if strings.HasSuffix(e.name, ".proc_exit") {
		return "calls proc_exit, which Envoy does not allow while a module starts; build it as a library (TinyGo: -buildmode=c-shared, Rust: cdylib)"
	}
	return fmt.Sprintf("calls %s, which Envoy does not allow at that point", e.name)
}

func (errDeep) Error() string {
	return fmt.Sprintf("calls itself more than %d deep: an endless recursion?", maxDepth)
}

func (e errCrash) Error() string { return e.why + ": Envoy 1.40 crashes there" }

// plain turns wazero's words into ones for a person who did not write the module.
var plain = map[string]string{
	"unreachable":                   "aborted: a panic, or code that must not be reached",
	"out of bounds memory access":   "accessed memory that it does not have",
	"integer divide by zero":        "divided by zero",
	"integer overflow":              "overflowed an integer",
	"invalid conversion to integer": "converted a number that is not an integer's",
	"invalid table access":          "called a function that does not exist",
	"indirect call type mismatch":   "called a function through a pointer of the wrong type",
	"stack overflow":                "called itself too deep",
	"uncaught exception":            "threw an exception that nothing caught",
	"null reference":                "used a null reference",
}

// inFunction finds the innermost function of wazero's stack trace, if it has a name.
var inFunction = regexp.MustCompile(`^\t\.([^$].*)\(`)

// trapped explains why a call into the module failed.
func (v *VM) trapped(callback string, err error) *Trap {
	t := &Trap{Callback: callback}
	var (
		exit       *sys.ExitError
		held       errHeld
		restricted errRestricted
		crash      errCrash
		deep       errDeep
		bug        runtime.Error
	)
	text, stack, _ := strings.Cut(err.Error(), "\nwasm stack trace:\n")
	switch {
	case errors.As(err, &crash):
		t.Kind, t.Reason = Crash, crash.Error()
	case errors.As(err, &restricted):
		t.Reason = restricted.Error()
	case errors.As(err, &deep):
		t.Reason = deep.Error()
	case errors.As(err, &held):
		t.Reason = held.Error()
	case errors.As(err, &exit) && exit.ExitCode() == sys.ExitCodeDeadlineExceeded:
		t.Kind, t.Reason = TimedOut, "did not return in time: an endless loop?"
	case errors.As(err, &exit):
		t.Kind, t.Reason = Canceled, "was interrupted"
	case errors.As(err, &bug):
		t.Kind, t.Reason = Failed, "met a bug of preflight: "+bug.Error()
	default:
		if i := strings.Index(text, "wasm error: "); i >= 0 {
			text = text[i+len("wasm error: "):]
		}
		t.Reason = text
		if words, ok := plain[text]; ok {
			t.Reason = words
		}
		if text == "stack overflow" {
			t.Kind = Recursion
		}
		if m := inFunction.FindStringSubmatch(stack); m != nil && m[1] != callback {
			t.Reason += " in " + m[1]
		}
		if v.memory.refused && t.Kind == Trapped {
			t.Reason = fmt.Sprintf("needs more than %d MiB of memory, and %s", v.limits.Memory>>20, t.Reason)
		}
	}
	return t
}
