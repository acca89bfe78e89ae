package preflight

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/wasmbin"
)

// module is what is known of some code: that it is refused, that it cannot be judged, or how to run it.
type module struct {
	refusal  *Refusal
	unjudged string
	warnings []string
	code     *proxywasm.Module
}

// load reads, links and compiles the code.
func load(ctx context.Context, code []byte, memory uint64, engine proxywasm.Engine) *module {
	m := &module{}
	bin, err := wasmbin.Read(code)
	var unsupported *wasmbin.UnsupportedError
	if err != nil && !errors.As(err, &unsupported) {
		m.refusal = refuse(Compile, "it %s", err)
		return m
	}
	if unsupported != nil && unsupported.Unread {
		m.unjudged = cannotJudge(unsupported.What)
		return m
	}
	if m.refusal = declared(bin); m.refusal != nil {
		return m
	}
	m.warnings = slices.Concat(newer(bin), forgetful(bin), leaking(bin))
	for _, i := range bin.Imports {
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
	case len(bin.Memories) > 0 && bin.Memories[0].Min<<16 > memory:
		m.refusal = refuse(Start, "it needs more than %d MiB of memory from the start: %d MiB", memory>>20, bin.Memories[0].Min>>4)
		return m
	}
	m.code, err = proxywasm.Compile(ctx, engine, code, bin)
	switch {
	case errors.As(err, &unsupported):
		m.unjudged = cannotJudge(oneLine(unsupported.What, 200))
	case err != nil:
		m.refusal = refuse(Compile, "it is not valid wasm: %v", err)
	}
	return m
}

func (m *module) close(ctx context.Context) error {
	if m.code == nil {
		return nil
	}
	return m.code.Close(ctx)
}

func cannotJudge(why string) string { return "not judged: " + why + "; Envoy decides" }
