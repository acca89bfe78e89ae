//go:build tinygo

package main

import (
	"unsafe"

	_ "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm" // the version of the ABI
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"

	"github.com/livefilter/livefilter/filter/internal/host"
)

// Callbacks come here and not to the SDK, whose hash maps and allocations for each stream cost 0.7 of 6.5
// microseconds a request, with eviction 1.8 of 10 (bench/filter), and all of them 6 KB. The build gives these functions
// their names in the ABI, proxy_on_context_create and so on (internal/prune).

var active streams

//export own_on_context_create
func onContextCreate(id, pluginID uint32) {
	if pluginID == 0 {
		vm.add(id)
		return
	}
	active.add(id, vm.plugin(pluginID).rules)
}

//export own_on_memory_allocate
func onMemoryAllocate(size uintptr) unsafe.Pointer { return host.Allocate(size) }

//export own_on_vm_start
func onVMStart(uint32, int) types.OnVMStartStatus { return types.OnVMStartStatusOK }

//export own_on_configure
func onConfigure(id uint32, size int) types.OnPluginStartStatus {
	return vm.plugin(id).OnPluginStart(size)
}

//export own_on_request_headers
func onRequestHeaders(id uint32, count int, end bool) types.Action {
	return active.get(id).OnHttpRequestHeaders(count, end)
}

//export own_on_response_headers
func onResponseHeaders(id uint32, count int, end bool) types.Action {
	return active.get(id).OnHttpResponseHeaders(count, end)
}

//export own_on_response_trailers
func onResponseTrailers(id uint32, count int) types.Action {
	return active.get(id).OnHttpResponseTrailers(count)
}

//export own_on_delete
func onDelete(id uint32) {
	if !active.delete(id) {
		vm.forget(id)
	}
}
