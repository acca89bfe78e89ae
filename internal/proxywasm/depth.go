package proxywasm

import (
	"context"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// maxDepth is where Envoy's V8 has certainly run out of stack: with the smallest function there is, inlined into itself,
// it took 100,000 calls and refused 200,000.
const maxDepth = 200_000

// countDepth ends calls that are too deep. It goes into the context of CompileModule.
type countDepth struct{}

// NewFunctionListener implements experimental.FunctionListenerFactory.
func (countDepth) NewFunctionListener(def api.FunctionDefinition) experimental.FunctionListener {
	if def.GoFunction() != nil {
		return nil
	}
	return countDepth{}
}

// Before implements experimental.FunctionListener.
func (countDepth) Before(ctx context.Context, _ api.Module, _ api.FunctionDefinition, _ []uint64, _ experimental.StackIterator) {
	v := ctx.Value(vmKey{}).(*VM)
	if v.depth++; v.depth > maxDepth {
		v.depth = 0
		panic(errDeep{})
	}
}

// After implements experimental.FunctionListener.
func (countDepth) After(ctx context.Context, _ api.Module, _ api.FunctionDefinition, _ []uint64) {
	ctx.Value(vmKey{}).(*VM).depth--
}

// Abort implements experimental.FunctionListener.
func (countDepth) Abort(ctx context.Context, _ api.Module, _ api.FunctionDefinition, _ error) {
	ctx.Value(vmKey{}).(*VM).depth--
}
