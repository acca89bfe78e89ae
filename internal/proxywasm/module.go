package proxywasm

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/livefilter/livefilter/internal/wasmbin"
)

// features are what V8 has switched on in Envoy 1.40 and wazero implements.
const features = api.CoreFeaturesV2 | experimental.CoreFeaturesThreads | experimental.CoreFeaturesTailCall |
	experimental.CoreFeaturesExtendedConst | experimental.CoreFeaturesExceptionHandling |
	experimental.CoreFeaturesTypedFunctionReferences

// v8Pages is the largest memory in Envoy: PROXY_WASM_HOST_MAX_WASM_MEMORY_SIZE_BYTES, 1 GiB.
const v8Pages = 1 << 14

// Module is code that is ready to run, linked with what Envoy offers. Any number of VMs can be made of it at once.
type Module struct {
	bin      *wasmbin.Module
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
}

// Compile gets code ready for an engine; bin is what wasmbin read in it. The error is a *wasmbin.UnsupportedError if
// Envoy may run the code and this engine cannot; any other says why the code is not valid. Close the module after use.
func Compile(ctx context.Context, engine Engine, code []byte, bin *wasmbin.Module) (m *Module, err error) {
	m = &Module{bin: bin}
	defer func() {
		// An engine that stumbles says nothing about the module.
		if r := recover(); r != nil {
			err = unsupported("the engine failed on it: %v", r)
		}
		if err != nil {
			_ = m.Close(context.WithoutCancel(ctx))
			m = nil
		}
	}()
	compiling, config := engine.config(ctx)
	m.runtime = newRuntime(ctx, config)
	code = bin.Trim(code)
	if m.compiled, err = m.runtime.CompileModule(compiling, code); err != nil {
		return m, unknown(err, code)
	}
	if err := link(ctx, m.runtime, bin); err != nil {
		return m, unsupported("its imports cannot be linked: %v", err)
	}
	return m, nil
}

// Close frees the code, and with it all VMs made of it.
func (m *Module) Close(ctx context.Context) error {
	if m.runtime == nil {
		return nil
	}
	return m.runtime.Close(ctx)
}

// runtimes lets one runtime at a time be made: wazero 1.12 finds out its own version as it
// makes the first, and keeps it where two at once race for it.
var runtimes sync.Mutex

func newRuntime(ctx context.Context, config wazero.RuntimeConfig) wazero.Runtime {
	runtimes.Lock()
	defer runtimes.Unlock()
	return wazero.NewRuntimeWithConfig(ctx, config)
}

func unsupported(format string, args ...any) error {
	return &wasmbin.UnsupportedError{What: fmt.Sprintf(format, args...)}
}

// unknown recognizes errors about instructions that wazero does not have and V8 has.
func unknown(err error, code []byte) error {
	for _, words := range []string{"invalid numeric instruction", "unknown type for ref.null", "legacy exception handling"} {
		if strings.Contains(err.Error(), words) {
			return unsupported("it uses an instruction that preflight does not know (%v)", err)
		}
	}
	if relaxed(code) {
		return unsupported("it may use relaxed SIMD")
	}
	return err
}

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
