package main

import "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"

// A c-shared TinyGo module has no running main: what the host calls first is init.
func init() {
	proxywasm.SetVMContext(&vmContext{})
}

func main() {}
