package proxywasm

import (
	"context"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"
)

// Engine is a way to run a module.
type Engine int

const (
	// Interpreted needs no compiling to speak of, some 5 ms for 150 KB, so that new code is judged at once. Its stack
	// holds 2,000 calls, it keeps 35 bytes for each byte of code, and it is slow.
	Interpreted Engine = iota
	// Compiled takes eight times as long to get ready, runs twenty times as fast and keeps less: for large modules, and
	// for those with much to do when they are configured.
	Compiled
	// Counted is compiled with every call counted: for modules that recurse, since wazero's compiler would let them have
	// 400 MB of stack where V8 stops at about 1 MB, and for modules that are checked again and again.
	Counted

	// Engines is how many there are.
	Engines = iota
)

// config returns wazero's configuration for the engine, and the context that its CompileModule needs.
func (e Engine) config(ctx context.Context) (context.Context, wazero.RuntimeConfig) {
	config := wazero.NewRuntimeConfig()
	switch e {
	case Interpreted:
		config = wazero.NewRuntimeConfigInterpreter()
	case Counted:
		ctx = experimental.WithFunctionListenerFactory(ctx, countDepth{})
	}
	// With two workers or more, wazero looks at the context between functions.
	return experimental.WithCompilationWorkers(ctx, 2), config.WithCoreFeatures(features).WithMemoryLimitPages(v8Pages).
		WithCloseOnContextDone(true).WithDebugInfoEnabled(false)
}
