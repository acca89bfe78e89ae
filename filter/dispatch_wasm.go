//go:build tinygo

package main

import (
	_ "unsafe" // for go:linkname

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"
)

// A stream's callbacks come here and not to the SDK, whose hash maps and allocations for each stream cost 0.7 of 6.5
// microseconds a request, with eviction 1.8 of 10 (bench/filter). The build gives these functions their names in the
// ABI, proxy_on_context_create and so on (internal/prune); plugin contexts remain the SDK's.

//go:linkname sdkContextCreate proxy_on_context_create
func sdkContextCreate(id, pluginID uint32)

//go:linkname sdkDelete proxy_on_delete
func sdkDelete(id uint32)

var active streams

//export stream_on_context_create
func onContextCreate(id, pluginID uint32) {
	if pluginID == 0 {
		sdkContextCreate(id, pluginID)
		return
	}
	active.add(id, vm.plugin(pluginID).rules)
}

//export stream_on_request_headers
func onRequestHeaders(id uint32, count int, end bool) types.Action {
	return active.get(id).OnHttpRequestHeaders(count, end)
}

//export stream_on_response_headers
func onResponseHeaders(id uint32, count int, end bool) types.Action {
	return active.get(id).OnHttpResponseHeaders(count, end)
}

//export stream_on_delete
func onDelete(id uint32) {
	if !active.delete(id) {
		vm.forget(id)
		sdkDelete(id)
	}
}
