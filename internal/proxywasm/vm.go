// Package proxywasm runs one proxy-wasm module in wazero the way Envoy 1.40 runs it in V8: one VM, one plugin, as many
// requests as wanted. What Envoy does was read in proxy-wasm-cpp-host and in Envoy's source/extensions/common/wasm, and
// compared with a running Envoy (see the modules in ../preflight/testdata).
package proxywasm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/sys"

	"github.com/livefilter/livefilter/internal/wasmbin"
)

// Plugin is what Envoy's PluginConfig says, as far as a module can see it.
type Plugin struct {
	Name, RootID, VMID string
	Config, VMConfig   []byte
	Env                map[string]string
	Shared             *Shared  // that of other VMs with this vm_id; nil: there are none
	Clusters           []string // that it can call; nil: not known
}

// Limits bound what one VM may use of this server.
type Limits struct {
	Memory uint64 // bytes of linear memory; Envoy's V8 stops at 1 GiB
	Host   int    // bytes that the host keeps for it: headers, shared data, queues, metrics
}

// VM is one instance of a module. It is not safe for concurrent use.
type VM struct {
	Log    Log
	Shared *Shared
	Stats  Stats

	plugin  Plugin
	limits  Limits
	now     func() time.Time
	started time.Time

	mod       api.Module
	mem       api.Memory // nil unless exported: Envoy finds no other
	memory    *memory
	abi       string
	callbacks map[string]api.Function

	cur, effective *Context        // whose callback runs, and whom it speaks for
	allowed        map[string]bool // host calls; nil is all

	root     *Context
	contexts map[uint32]*Context
	nextID   uint32
	calls    calls
	pending  []uint32 // queues with news
	doubts   []string
	notes    []string
	made     []Call
	held     int   // bytes that stay
	passing  int   // bytes of the exchange in progress
	depth    int   // of wasm calls, if they are counted
	inner    *Trap // of an allocator, inside a host call
}

type vmKey struct{}

// New instantiates the module, which runs its start section if it has one. The error is a *Trap unless the module
// could not be linked. Close the VM in any case that returns one.
func New(ctx context.Context, m *Module, p Plugin, l Limits, now func() time.Time) (*VM, error) {
	v := &VM{
		Shared: cmp.Or(p.Shared, &Shared{}), plugin: p, limits: l, now: now, started: now(),
		memory: &memory{limit: l.Memory}, abi: m.bin.ABI,
		callbacks: map[string]api.Function{}, contexts: map[uint32]*Context{},
	}
	ctx = experimental.WithMemoryAllocator(context.WithValue(ctx, vmKey{}, v), v.memory)
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions()
	mod, err := m.runtime.InstantiateModule(ctx, m.compiled, config)
	if err != nil {
		v.Close(ctx)
		if !m.bin.HasStart || !strings.Contains(err.Error(), "start ") && !errors.As(err, new(*sys.ExitError)) {
			return nil, &Trap{Callback: "the module", Reason: "cannot be instantiated: " + err.Error()}
		}
		return nil, v.trapped(StartSection, err)
	}
	v.mod = mod
	if m.bin.ExportsKind(wasmbin.KindMemory) {
		v.mem = mod.Memory()
	}
	for name := range mod.ExportedFunctionDefinitions() {
		if _, ok := callbacks(v.abi)[name]; ok {
			v.callbacks[name] = mod.ExportedFunction(name)
		}
	}
	v.contexts[0] = &Context{vm: v}
	return v, nil
}

// Close frees the instance and its memory.
func (v *VM) Close(ctx context.Context) {
	if v.mod != nil {
		_ = v.mod.Close(ctx)
	}
	v.memory.release()
}

// Doubts lists what the module asked for that only a real Envoy can answer. A trap after one of them may be no fault of
// the module.
func (v *VM) Doubts() []string { return v.doubts }

// Notes lists what the module did that Envoy bears and a person should know.
func (v *VM) Notes() []string { return v.notes }

func (v *VM) doubt(format string, args ...any) { remember(&v.doubts, fmt.Sprintf(format, args...)) }

func (v *VM) note(format string, args ...any) { remember(&v.notes, fmt.Sprintf(format, args...)) }

// remember keeps the first few different ones.
func remember(list *[]string, s string) {
	if len(*list) < 8 && !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}

// WantsMoreMemory says whether a memory.grow failed that Envoy would have granted.
func (v *VM) WantsMoreMemory() bool { return v.memory.refused }

// hold counts bytes that the host keeps for the module, and pass those that it keeps until the end of the exchange. Both
// end the call when they are too many.
func (v *VM) hold(n int) {
	v.held += n
	v.pass(0)
}

func (v *VM) pass(n int) {
	if v.passing += n; v.held+v.passing > v.limits.Host {
		panic(errHeld{v.limits.Host})
	}
}
