package preflight

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// maxInterpreted is the most that the interpreter gets, in bytes of instructions.
const maxInterpreted = 512 << 10

// compileTimes is how many timeouts compiling may take before a module goes unjudged. It ends by itself, and what takes
// a second on an idle machine takes ten on a busy one.
const compileTimes = 15

// engines holds a module for each engine that it needed so far.
type engines struct {
	ready [proxywasm.Engines]struct {
		once   sync.Once
		module *module
	}

	mu     sync.Mutex
	best   proxywasm.Engine
	checks int // by the interpreter
}

// get returns the module for an engine. Whoever comes first loads it, for all.
func (e *engines) get(ctx context.Context, code []byte, c *Checker, kind proxywasm.Engine) *module {
	ready := &e.ready[kind]
	ready.once.Do(func() { ready.module = c.load(ctx, code, kind) })
	return ready.module
}

// load prepares the code for an engine, in bounded time, which a caller who gives up does not cut short.
func (c *Checker) load(ctx context.Context, code []byte, kind proxywasm.Engine) *module {
	bound := compileTimes * c.timeout
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bound)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()
	m := load(ctx, code, c.memory, kind)
	if ctx.Err() != nil {
		_ = m.close(context.WithoutCancel(ctx))
		return &module{unjudged: cannotJudge("it takes longer than " + bound.Round(time.Millisecond).String() + " to compile here")}
	}
	return m
}

// first is the engine for code of that many bytes of instructions that nobody has run yet.
func first(size int) proxywasm.Engine {
	if size > maxInterpreted {
		return proxywasm.Compiled
	}
	return proxywasm.Interpreted
}

// prefer remembers what a module needed, for its next config.
func (e *engines) prefer(kind proxywasm.Engine) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.best = kind
}

func (e *engines) preferred() proxywasm.Engine {
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
