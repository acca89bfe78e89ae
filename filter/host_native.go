//go:build !tinygo

package main

import (
	"time"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
)

// What host_wasm.go does by direct calls, for tests that run natively: by the SDK, which answers from its emulator.

func sharedData(key string) (data []byte, cas uint32) {
	data, cas, _ = proxywasm.GetSharedData(key)
	return data, cas
}

func responseStatus() int {
	status, _ := proxywasm.GetHttpResponseHeader(":status")
	return parseStatus(status)
}

var started = time.Now()

var hostClocks = clocks{
	monotonic: func() int64 { return int64(time.Since(started)) },
	wall:      func() int64 { return time.Now().Unix() },
}
