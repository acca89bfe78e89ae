package main

import (
	"context"
	"encoding/binary"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/livefilter/livefilter/internal/builtin"
)

// bareHost calls the module as Envoy does, allocations and deletions included, which the SDK's emulator leaves out.
type bareHost struct {
	api.Module
	config  string
	shared  map[string][]byte
	defined int // metrics; Envoy keeps an entry for each time, as long as the VM lives
}

func newBareHost(t *testing.T, config string) *bareHost {
	ctx := t.Context()
	runtime := wazero.NewRuntime(ctx)
	t.Cleanup(func() { _ = runtime.Close(context.Background()) })
	wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
	compiled, err := runtime.CompileModule(ctx, builtin.Filter)
	if err != nil {
		t.Fatal(err)
	}
	h := &bareHost{config: config, shared: map[string][]byte{}}
	env := runtime.NewHostModuleBuilder("env")
	for _, f := range compiled.ImportedFunctions() {
		if module, name, _ := f.Import(); module == "env" {
			env.NewFunctionBuilder().
				WithGoModuleFunction(h.call(name), f.ParamTypes(), f.ResultTypes()).Export(name)
		}
	}
	if _, err := env.Instantiate(ctx); err != nil {
		t.Fatal(err)
	}
	if h.Module, err = runtime.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithStartFunctions("_initialize")); err != nil {
		t.Fatal(err)
	}
	return h
}

// call returns a host function. Those that it does not know succeed and do nothing.
func (h *bareHost) call(name string) api.GoModuleFunc {
	return func(_ context.Context, m api.Module, stack []uint64) {
		at := func(i int) uint32 { return uint32(stack[i]) }
		text := func(i int) string {
			data, _ := m.Memory().Read(at(i), at(i+1))
			return string(data)
		}
		status := uint64(0)
		switch name {
		case "proxy_get_buffer_bytes":
			h.give([]byte(h.config), at(3), at(4))
		case "proxy_get_header_map_value":
			h.give([]byte("404"), at(3), at(4)) // each response evicts
		case "proxy_get_property":
			h.give([]byte("via_upstream"), at(2), at(3))
		case "proxy_get_shared_data":
			if data, ok := h.shared[text(0)]; ok {
				h.give(data, at(2), at(3))
			} else {
				status = 1 // not found
			}
		case "proxy_define_metric":
			h.defined++
			m.Memory().WriteUint32Le(at(3), uint32(h.defined))
		case "proxy_set_shared_data":
			if at(4) == 0 {
				panic("Envoy would compare nothing")
			}
			h.shared[text(0)] = []byte(text(2))
		}
		stack[0] = status
	}
}

// give puts data where the module allocates, and tells it where that is.
func (h *bareHost) give(data []byte, pointer, size uint32) {
	where := uint64(0)
	if len(data) > 0 {
		where = h.run("proxy_on_memory_allocate", uint64(len(data)))
		h.Memory().Write(uint32(where), data)
	}
	h.Memory().Write(pointer, binary.LittleEndian.AppendUint32(nil, uint32(where)))
	h.Memory().Write(size, binary.LittleEndian.AppendUint32(nil, uint32(len(data))))
}

func (h *bareHost) run(function string, parameters ...uint64) uint64 {
	results, err := h.ExportedFunction(function).Call(context.Background(), parameters...)
	if err != nil {
		panic(err)
	}
	return append(results, 0)[0]
}

// TestMemoryStaysFlat: what a request takes it gives back, and so does a configuration.
func TestMemoryStaysFlat(t *testing.T) {
	h := newBareHost(t, `{"headers":[{"name":"x-key","values":["a","b","c"],"evict":{"on":["4xx"],"for":"3ms","retry_after":true}},`+
		`{"name":"x-turn","values":["a",{"value":"b","as":"team-b"}],"pick":"round_robin","limit":"1/1ms","when_all_out":"soonest"},`+
		`{"name":"x-sticky","values":["a",{"value":"b","weight":3}],"pick":{"sticky":{"by":"ip"}}},`+
		`{"name":"x-other","values":["a","b"]}]}`)
	id := uint64(0)
	play := func(edits, requests int) uint32 {
		for range edits {
			id++
			plugin := id
			h.run("proxy_on_context_create", plugin, 0)
			if h.run("proxy_on_configure", plugin, uint64(len(h.config))) != 1 {
				t.Fatal("the plugin does not start")
			}
			for range requests {
				id++
				h.run("proxy_on_context_create", id, plugin)
				h.run("proxy_on_request_headers", id, 5, 1)
				h.run("proxy_on_response_headers", id, 5, 1)
				h.run("proxy_on_delete", id)
			}
			h.run("proxy_on_delete", plugin)
		}
		return h.Memory().Size()
	}
	warm := play(50, 200)
	defined := h.defined
	if got := play(1, 50_000); got != warm {
		t.Errorf("%d bytes after 50,000 requests, %d before", got, warm)
	}
	if got := play(1000, 10); got != warm {
		t.Errorf("%d bytes after 1,000 configurations, %d before", got, warm)
	}
	if h.defined != defined {
		t.Errorf("metrics were defined %d times, %d before", h.defined, defined)
	}
}
