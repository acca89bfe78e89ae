//go:build tinygo

package main

import "unsafe"

// The calls of a request's way go straight to the host: through the SDK each of their results is a heap allocation,
// since TinyGo must suppose that the host keeps a pointer. Its metrics bring in fmt besides.

//go:wasmimport env proxy_get_shared_data
func proxyGetSharedData(key unsafe.Pointer, keySize uintptr, data, size, cas unsafe.Pointer) (status uint32)

//go:wasmimport env proxy_get_header_map_value
func proxyGetHeaderMapValue(mapType uint32, key unsafe.Pointer, keySize uintptr, data, size unsafe.Pointer) (status uint32)

//go:wasmimport wasi_snapshot_preview1 clock_time_get
func clockTimeGet(id uint32, precision uint64, nanoseconds unsafe.Pointer) (errno uint32)

//go:wasmimport wasi_snapshot_preview1 random_get
func randomGet(buffer unsafe.Pointer, size uintptr) (errno uint32)

// result is where the host puts what it returns. One is enough: a VM has one thread, and no call is made within
// another.
var result struct {
	data unsafe.Pointer
	size uintptr
	cas  uint32
}

const (
	statusOK           = 0
	mapResponseHeaders = 2
	clockRealtime      = 0
	clockMonotonic     = 1
)

// sharedData returns the shared data under key, which is valid until the next call, and its compare-and-swap number.
func sharedData(key string) (data []byte, cas uint32) {
	result.size = 0
	status := proxyGetSharedData(unsafe.Pointer(unsafe.StringData(key)), uintptr(len(key)),
		unsafe.Pointer(&result.data), unsafe.Pointer(&result.size), unsafe.Pointer(&result.cas))
	if status != statusOK || result.size == 0 {
		return nil, 0
	}
	return unsafe.Slice((*byte)(result.data), result.size), result.cas
}

// responseStatus returns the response's status, or 0 where it has none.
func responseStatus() int {
	const key = ":status"
	result.size = 0
	status := proxyGetHeaderMapValue(mapResponseHeaders, unsafe.Pointer(unsafe.StringData(key)), uintptr(len(key)),
		unsafe.Pointer(&result.data), unsafe.Pointer(&result.size))
	if status != statusOK {
		return 0
	}
	return parseStatus(unsafe.String((*byte)(result.data), result.size))
}

// hostClocks are Envoy's. TinyGo's own time package takes both kinds of time from the clock that can be set.
var hostClocks = clocks{
	monotonic: func() int64 { return clock(clockMonotonic) },
	wall:      func() int64 { return clock(clockRealtime) / 1e9 },
}

func clock(id uint32) int64 {
	var nanoseconds int64
	clockTimeGet(id, 1, unsafe.Pointer(&nanoseconds))
	return nanoseconds
}

// arc4random is what TinyGo's runtime seeds its generators with. It stands in for libc's, which brings assert and with
// it all of printf: 14 KB for one random number.
//
//go:linkname arc4random arc4random
func arc4random() uint32 {
	var number uint32
	randomGet(unsafe.Pointer(&number), unsafe.Sizeof(number))
	return number
}
