package preflight

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/livefilter/livefilter/internal/preflight/host"
	"github.com/livefilter/livefilter/internal/preflight/wasmbin"
)

// features are what V8 has switched on in Envoy 1.40 and wazero implements.
const features = api.CoreFeaturesV2 | experimental.CoreFeaturesThreads | experimental.CoreFeaturesTailCall |
	experimental.CoreFeaturesExtendedConst | experimental.CoreFeaturesExceptionHandling |
	experimental.CoreFeaturesTypedFunctionReferences

// v8Pages is the largest memory in Envoy: PROXY_WASM_HOST_MAX_WASM_MEMORY_SIZE_BYTES, 1 GiB.
const v8Pages = 1 << 14

// module is what is known of some code: that it is refused, that it cannot be judged, or how to run it.
type module struct {
	refusal  *Refusal
	unjudged string
	warnings []string
	bin      *wasmbin.Module
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
}

// load reads, links and compiles the code.
func load(ctx context.Context, code []byte, memory uint64, config wazero.RuntimeConfig) *module {
	m := &module{}
	var err error
	m.bin, err = wasmbin.Read(code)
	var unsupported *wasmbin.UnsupportedError
	if err != nil && !errors.As(err, &unsupported) {
		m.refusal = refuse(Compile, "it %s", err)
		return m
	}
	if m.refusal = declared(m.bin); m.refusal != nil {
		return m
	}
	m.warnings = newer(m.bin)
	for _, i := range m.bin.Imports {
		if i.Kind != wasmbin.KindFunc && unsupported == nil {
			unsupported = &wasmbin.UnsupportedError{What: fmt.Sprintf("it imports a %s, %s.%s", i.Kind, i.Module, i.Name)}
		}
	}
	switch {
	case unsupported != nil:
		m.unjudged = cannotJudge(unsupported.What)
		return m
	case wasmbin.Instructions(code) > MaxCode:
		m.unjudged = cannotJudge(fmt.Sprintf("its instructions are larger than %d MiB", MaxCode>>20))
		return m
	case len(m.bin.Memories) > 0 && m.bin.Memories[0].Min<<16 > memory:
		m.refusal = refuse(Start, "it needs more than %d MiB of memory from the start: %d MiB", memory>>20, m.bin.Memories[0].Min>>4)
		return m
	}
	m.compile(ctx, m.bin.Trim(code), config.WithCoreFeatures(features).WithMemoryLimitPages(v8Pages).
		WithCloseOnContextDone(true).WithDebugInfoEnabled(false))
	return m
}

func (m *module) compile(ctx context.Context, code []byte, config wazero.RuntimeConfig) {
	defer func() {
		// An engine that stumbles says nothing about the module.
		if r := recover(); r != nil {
			m.refusal, m.unjudged = nil, cannotJudge(oneLine(fmt.Sprintf("the engine failed on it: %v", r), 200))
		}
	}()
	m.runtime = newRuntime(ctx, config)
	var err error
	if m.compiled, err = m.runtime.CompileModule(ctx, code); err != nil {
		if what := unknown(err, code); what != "" {
			m.unjudged = cannotJudge(what)
		} else {
			m.refusal = refuse(Compile, "it is not valid wasm: %v", err)
		}
		return
	}
	if err := host.Link(ctx, m.runtime, m.bin); err != nil {
		m.unjudged = cannotJudge(fmt.Sprintf("its imports cannot be linked: %v", err))
	}
}

// runtimes lets one runtime at a time be made: wazero 1.12 finds out its own version as it
// makes the first, and keeps it where two at once race for it.
var runtimes sync.Mutex

func newRuntime(ctx context.Context, config wazero.RuntimeConfig) wazero.Runtime {
	runtimes.Lock()
	defer runtimes.Unlock()
	return wazero.NewRuntimeWithConfig(ctx, config)
}

func (m *module) close(ctx context.Context) error {
	if m.runtime == nil {
		return nil
	}
	return m.runtime.Close(ctx)
}

func cannotJudge(why string) string { return "not judged: " + why + "; Envoy decides" }

// relaxed looks for what may be an instruction of relaxed SIMD: 0xfd, then a number from 0x100 to 0x113. wazero takes the
// first byte of the number for all of it, and stumbles over what follows.
func relaxed(code []byte) bool {
	for {
		i := bytes.IndexByte(code, 0xfd)
		if i < 0 || len(code) < i+3 {
			return false
		}
		if number := code[i+1]; number >= 0x80 && number <= 0x93 && code[i+2] == 2 {
			return true
		}
		code = code[i+1:]
	}
}

// unknown recognizes errors about instructions that wazero does not have and V8 has.
func unknown(err error, code []byte) string {
	for _, words := range []string{"invalid numeric instruction", "unknown type for ref.null", "legacy exception handling"} {
		if strings.Contains(err.Error(), words) {
			return oneLine(fmt.Sprintf("it uses an instruction that preflight does not know (%v)", err), 200)
		}
	}
	if relaxed(code) {
		return "it may use relaxed SIMD"
	}
	return ""
}
