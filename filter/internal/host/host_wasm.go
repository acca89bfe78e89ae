//go:build tinygo

package host

import "unsafe"

// Through the SDK each result of a call is a heap allocation, since TinyGo must suppose that the host keeps a pointer
// to it; its metrics bring in fmt besides.

//go:wasmimport env proxy_get_shared_data
func getSharedData(key unsafe.Pointer, keySize uintptr, data, size, cas unsafe.Pointer) (status uint32)

//go:wasmimport env proxy_get_header_map_value
func getHeaderMapValue(mapType uint32, key unsafe.Pointer, keySize uintptr, data, size unsafe.Pointer) (status uint32)

//go:wasmimport env proxy_define_metric
func defineMetric(kind uint32, name unsafe.Pointer, nameSize uintptr, id unsafe.Pointer) (status uint32)

//go:wasmimport env proxy_increment_metric
func incrementMetric(id uint32, offset int64) (status uint32)

//go:wasmimport env proxy_record_metric
func recordMetric(id uint32, value uint64) (status uint32)

//go:wasmimport wasi_snapshot_preview1 clock_time_get
func clockTimeGet(id uint32, precision uint64, nanoseconds unsafe.Pointer) (errno uint32)

//go:wasmimport wasi_snapshot_preview1 random_get
func randomGet(buffer unsafe.Pointer, size uintptr) (errno uint32)

const (
	statusOK           = 0
	mapResponseHeaders = 2
	metricCounter      = 0
	metricGauge        = 1
	clockRealtime      = 0
	clockMonotonic     = 1
)

// result is where the host puts what it returns. One is enough: a VM has one thread, and no call is made within
// another.
var result struct {
	data   unsafe.Pointer
	size   uintptr
	number uint32
}

// SharedData returns the shared data under key, and their compare-and-swap number for proxywasm.SetSharedData.
// Data that are not there and empty data are the same.
func SharedData(key string) (data []byte, cas uint32) {
	result.size = 0
	status := getSharedData(unsafe.Pointer(unsafe.StringData(key)), uintptr(len(key)),
		unsafe.Pointer(&result.data), unsafe.Pointer(&result.size), unsafe.Pointer(&result.number))
	if status != statusOK {
		return nil, 0
	}
	return unsafe.Slice((*byte)(result.data), result.size), result.number
}

// ResponseStatus returns the response's status, or 0 where it has none. Only in a response's callbacks.
func ResponseStatus() int {
	const key = ":status"
	result.size = 0
	status := getHeaderMapValue(mapResponseHeaders, unsafe.Pointer(unsafe.StringData(key)), uintptr(len(key)),
		unsafe.Pointer(&result.data), unsafe.Pointer(&result.size))
	if status != statusOK {
		return 0
	}
	code, _ := number(unsafe.String((*byte)(result.data), result.size), 3)
	return int(code)
}

// DefineCounter defines a counter, which Envoy shows as wasmcustom.NAME.
func DefineCounter(name string) Counter { return Counter(define(metricCounter, name)) }

// Add adds one.
func (c Counter) Add() { incrementMetric(uint32(c), 1) }

// DefineGauge defines a gauge, which Envoy shows as wasmcustom.NAME.
func DefineGauge(name string) Gauge { return Gauge(define(metricGauge, name)) }

// Set sets the gauge.
func (g Gauge) Set(value uint64) { recordMetric(uint32(g), value) }

func define(kind uint32, name string) (id uint32) {
	result.number = 0
	defineMetric(kind, unsafe.Pointer(unsafe.StringData(name)), uintptr(len(name)), unsafe.Pointer(&result.number))
	return result.number
}

// EnvoyClocks are Envoy's. TinyGo's time package takes both kinds of time from the clock that can be set.
var EnvoyClocks = Clocks{
	Monotonic: func() int64 { return clock(clockMonotonic) },
	Wall:      func() int64 { return clock(clockRealtime) / 1e9 },
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
