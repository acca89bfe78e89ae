package preflight

import (
	"context"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/livefilter/livefilter/internal/preflight/host"
)

// engine is a way to run a module.
type engine int

const (
	// interpreted needs no compiling to speak of, some 5 ms for 150 KB, and runs a request in less than one: nearly every
	// check ends here. Its stack holds 2,000 calls, and it keeps 35 bytes for each byte of code.
	interpreted engine = iota
	// compiled takes eight times as long to get ready, runs twenty times as fast and keeps less: for large modules, and
	// for those with much to do when they are configured.
	compiled
	// counted is compiled with every call counted, for modules that recurse: wazero's compiler would let them have 400 MB
	// of stack, and V8 stops at about 1 MB.
	counted
)

// maxInterpreted is the most code that the interpreter gets, in bytes.
const maxInterpreted = 512 << 10

// compileTimes is how many timeouts compiling may take before a module goes unjudged.
const compileTimes = 5

// engines holds a module for each engine that it needed so far.
type engines struct {
	mu    sync.Mutex
	ready [3]*module
	best  engine
}

// get returns the module for an engine. Whoever comes first loads it, for all, so the context is not one that a single
// caller may cancel.
func (e *engines) get(ctx context.Context, code []byte, c *Checker, kind engine) *module {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ready[kind] != nil {
		return e.ready[kind]
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), compileTimes*c.timeout)
	defer cancel()
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
		*m = module{unjudged: cannotJudge("it takes longer than " + (compileTimes * c.timeout).Round(time.Millisecond).String() + " to compile here")}
	}
	e.ready[kind] = m
	return m
}

// first is the engine for code that nobody has run yet.
func first(code []byte) engine {
	if len(code) > maxInterpreted {
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

func (e *engines) close(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var err error
	for _, m := range e.ready {
		if m != nil {
			if e := m.close(ctx); e != nil {
				err = e
			}
		}
	}
	return err
}
