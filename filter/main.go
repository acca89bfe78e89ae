package main

import (
	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"

	"github.com/livefilter/livefilter/filter/internal/host"
)

// vm is this program: each worker thread of an Envoy runs an instance of its own.
var vm = &vmContext{clocks: host.EnvoyClocks}

// A c-shared TinyGo module has no running main: what the host calls first is init.
func init() {
	proxywasm.SetVMContext(vm)
}

func main() {}
