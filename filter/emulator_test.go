package main

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/proxytest"
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/livefilter/livefilter/filter/internal/host"
	"github.com/livefilter/livefilter/internal/builtin"
)

// configSpace is room for a configuration to be edited in place, which is the only way that the emulator leaves.
// The filter ignores the spaces.
const configSpace = 4096

// emulator is the SDK's host emulator with the filter in it, native or compiled.
type emulator struct {
	proxytest.HostEmulator
	config []byte
	now    func() time.Time    // the wall clock that the filter sees
	wait   func(time.Duration) // lets its clocks go on
}

// inBoth runs a test with the filter compiled natively and with the module.
func inBoth(t *testing.T, config string, run func(*testing.T, *emulator)) {
	t.Run("native", func(t *testing.T) {
		clock := time.Date(2026, 2, 28, 23, 59, 58, 0, time.UTC)
		vm := &vmContext{clocks: host.Clocks{
			Monotonic: func() int64 { return clock.UnixNano() },
			Wall:      func() int64 { return clock.Unix() },
		}}
		e := newEmulator(t, vm, config)
		e.now = func() time.Time { return clock }
		e.wait = func(d time.Duration) { clock = clock.Add(d) }
		run(t, e)
	})
	t.Run("wasm", func(t *testing.T) {
		vm, err := proxytest.NewWasmVMContext(builtin.Filter)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = vm.Close() })
		e := newEmulator(t, vm, config)
		// The clocks that wazero gives to a module begin here, and go on by 1 ms each time that they are read. The
		// filter reads one for each request while a value is out.
		e.now = func() time.Time { return time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC) }
		e.wait = func(d time.Duration) {
			for range d / time.Millisecond {
				e.respond(t, e.request(nil), http.StatusOK, "", nil)
			}
		}
		run(t, e)
	})
}

func newEmulator(t *testing.T, vm types.VMContext, config string) *emulator {
	e := &emulator{config: make([]byte, configSpace)}
	e.setConfig(t, config)
	if config == "" {
		e.config = nil
	}
	host, reset := proxytest.NewHostEmulator(proxytest.NewEmulatorOption().WithVMContext(vm).WithPluginConfiguration(e.config))
	t.Cleanup(reset)
	e.HostEmulator = host
	if status := host.StartVM(); status != types.OnVMStartStatusOK {
		t.Fatal("the VM does not start")
	}
	return e
}

func (e *emulator) setConfig(t *testing.T, config string) {
	if len(config) > configSpace {
		t.Fatalf("configuration of %d bytes: enlarge configSpace", len(config))
	}
	for i := range e.config[copy(e.config, config):] {
		e.config[len(config)+i] = ' '
	}
}

// start starts the plugin, which must succeed.
func (e *emulator) start(t *testing.T) {
	t.Helper()
	if e.StartPlugin() != types.OnPluginStartStatusOK {
		t.Fatalf("the plugin does not start: %q", e.GetCriticalLogs())
	}
}

// request lets the client's headers through the filter.
func (e *emulator) request(headers [][2]string) (id uint32) {
	id = e.InitializeHttpContext()
	e.CallOnRequestHeaders(id, headers, true)
	return id
}

// respond lets a response's headers and trailers through the filter. Details are Envoy's response code details, if any.
func (e *emulator) respond(t *testing.T, id uint32, status int, details string, headers [][2]string, trailers ...[2]string) {
	t.Helper()
	if status == 0 {
		status = http.StatusOK
	}
	if details == "" {
		details = "via_upstream"
	}
	if err := e.SetProperty([]string{"response", "code_details"}, []byte(details)); err != nil {
		t.Fatal(err)
	}
	headers = append([][2]string{{":status", strconv.Itoa(status)}}, headers...)
	if action := e.CallOnResponseHeaders(id, headers, len(trailers) == 0); action != types.ActionContinue {
		t.Errorf("the response is held: %v", action)
	}
	if len(trailers) > 0 {
		if action := e.CallOnResponseTrailers(id, trailers); action != types.ActionContinue {
			t.Errorf("the trailers are held: %v", action)
		}
	}
}

// values returns a header's values.
func values(headers [][2]string, name string) []string {
	var values []string
	for _, h := range headers {
		if h[0] == name {
			values = append(values, h[1])
		}
	}
	return values
}
