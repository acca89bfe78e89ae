package proxywasm

import (
	"context"
)

// While a module starts it may log, and call WASI, but no other function of proxy-wasm; inside malloc it may do less
// (WasmBase::startVm and allocMemory of proxy-wasm-cpp-host).
var allowedInStart, allowedInMalloc = func() (start, malloc map[string]bool) {
	start = map[string]bool{"env.emscripten_notify_memory_growth": true, "env.proxy_log": true}
	malloc = map[string]bool{"env.proxy_log": true}
	for _, module := range []string{"wasi_snapshot_preview1.", "wasi_unstable."} {
		for _, calls := range []map[string]hostFunc{wasiCalls, wasiFileCalls} {
			for name := range calls {
				switch name {
				case "proc_exit", "sched_yield", "path_open", "fd_read", "fd_seek", "fd_close":
				default:
					start[module+name] = true
				}
			}
		}
		for _, name := range []string{"fd_write", "clock_time_get", "poll_oneoff"} {
			malloc[module+name] = true
		}
	}
	return start, malloc
}()

// Start runs _initialize and main, or else _start, as WasmBase::startVm does. The error is a *Trap.
func (v *VM) Start(ctx context.Context) error {
	v.allowed = allowedInStart
	defer func() { v.allowed = nil }()
	vm := v.contexts[0]
	if v.callbacks["_initialize"] == nil {
		_, err := v.call(ctx, vm, "_start")
		return err
	}
	if _, err := v.call(ctx, vm, "_initialize"); err != nil {
		return err
	}
	if v.callbacks["main"] != nil {
		_, err := v.call(ctx, vm, "main", 0, 0)
		return err
	}
	_, err := v.call(ctx, vm, "__main_void")
	return err
}

// StartVM creates the plugin's context and runs proxy_on_vm_start; false is what that returned. The error is a *Trap.
func (v *VM) StartVM(ctx context.Context) (bool, error) {
	v.root = v.newContext()
	v.root.root = true
	v.root.plugin = true
	_, err := v.call(ctx, v.root, "proxy_on_context_create", v.root.id, 0)
	v.root.plugin = false
	if err != nil {
		return false, err
	}
	started, err := v.call(ctx, v.root, "proxy_on_vm_start", v.root.id, uint32(len(v.plugin.VMConfig)))
	return err == nil && (started != 0 || v.callbacks["proxy_on_vm_start"] == nil), err
}

// Configure runs proxy_on_configure; false is what that returned. The error is a *Trap.
func (v *VM) Configure(ctx context.Context) (bool, error) {
	v.root.plugin = true
	defer func() { v.root.plugin = false }()
	done, err := v.call(ctx, v.root, "proxy_on_configure", v.root.id, uint32(len(v.plugin.Config)))
	return err == nil && (done != 0 || v.callbacks["proxy_on_configure"] == nil), err
}

// Stop ends the plugin as Envoy does when its configuration is replaced: proxy_on_done, and proxy_on_delete unless the
// plugin wants more time. The error is a *Trap.
func (v *VM) Stop(ctx context.Context) error { return v.stop(ctx, v.root) }

func (v *VM) stop(ctx context.Context, root *Context) error {
	done, err := v.call(ctx, root, "proxy_on_done", root.id)
	if err != nil || done == 0 && v.callbacks["proxy_on_done"] != nil {
		return err
	}
	_, err = v.call(ctx, root, "proxy_on_delete", root.id)
	return err
}

// Replace does what an edit of the configuration does in Envoy: a second plugin context in the same VM, then the end of
// the first. False is a refused start or configuration, the error a *Trap.
func (v *VM) Replace(ctx context.Context) (bool, error) {
	old := v.root
	started, err := v.StartVM(ctx)
	if err != nil || !started {
		return false, err
	}
	configured, err := v.Configure(ctx)
	if err != nil || !configured {
		return false, err
	}
	return true, v.stop(ctx, old)
}

func (v *VM) newContext() *Context {
	v.nextID++
	c := &Context{vm: v, id: v.nextID}
	v.contexts[c.id] = c
	return c
}
