package preflight

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/livefilter/livefilter/internal/preflight/host"
)

// engine is a way to run a module.
type engine int

const (
	// interpreted needs no compiling to speak of, some 5 ms for 150 KB, so that new code is judged at once. Its stack
	// holds 2,000 calls, it keeps 35 bytes for each byte of code, and it is slow.
	interpreted engine = iota
	// compiled takes eight times as long to get ready, runs twenty times as fast and keeps less: for large modules, and
	// for those with much to do when they are configured.
	compiled
	// counted is compiled with every call counted: for modules that recurse, since wazero's compiler would let them have
	// 400 MB of stack where V8 stops at about 1 MB, and for modules that are checked again and again.
	counted
)

// maxInterpreted is the most that the interpreter gets, in bytes of instructions.
const maxInterpreted = 512 << 10

// compileTimes is how many timeouts compiling may take before a module goes unjudged.
const compileTimes = 5

// engines holds a module for each engine that it needed so far.
type engines struct {
	ready [3]struct {
		once   sync.Once
		module *module
	}

	mu     sync.Mutex
	best   engine
	checks int // by the interpreter
}

// get returns the module for an engine. Whoever comes first loads it, for all.
func (e *engines) get(ctx context.Context, code []byte, c *Checker, kind engine) *module {
	ready := &e.ready[kind]
	ready.once.Do(func() { ready.module = c.load(ctx, code, kind) })
	return ready.module
}

// load prepares the code for an engine, in bounded time, which a caller who gives up does not cut short.
func (c *Checker) load(ctx context.Context, code []byte, kind engine) *module {
	bound := compileTimes * c.timeout
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bound)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()
	config := wazero.NewRuntimeConfig()
	switch kind {
	case interpreted:
		config = wazero.NewRuntimeConfigInterpreter()
	case counted:
		ctx = experimental.WithFunctionListenerFactory(ctx, host.CountDepth{})
	}
	// With two workers or more, wazero looks at the context between functions.
	m := load(experimental.WithCompilationWorkers(ctx, 2), code, c.memory, config)
	if ctx.Err() != nil {
		_ = m.close(context.WithoutCancel(ctx))
		return &module{unjudged: cannotJudge("it takes longer than " + bound.Round(time.Millisecond).String() + " to compile here")}
	}
	return m
}

// first is the engine for code of that many bytes of instructions that nobody has run yet.
func first(size int) engine {
	if size > maxInterpreted {
		return compiled
	}
	return interpreted
}

// prefer remembers what a module needed, for its next config.
func (e *engines) prefer(kind engine) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.best = kind
}

func (e *engines) preferred() engine {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.best
}

// again reports, once, that the interpreter has now run the module for a second time: somebody is editing its config.
func (e *engines) again() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.checks++
	return e.checks == 2
}

func (e *engines) close(ctx context.Context) error {
	var errs []error
	for i := range e.ready {
		if m := e.ready[i].module; m != nil {
			errs = append(errs, m.close(ctx))
		}
	}
	return errors.Join(errs...)
}
