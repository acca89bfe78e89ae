//go:build tinygo

package host

import (
	"encoding/binary"
	"unsafe"
)

// Through the SDK each result of a call is a heap allocation, since TinyGo must suppose that the host keeps a pointer
// to it; its metrics bring in fmt besides.

//go:wasmimport env proxy_get_shared_data
func getSharedData(key unsafe.Pointer, keySize uintptr, data, size, cas unsafe.Pointer) (status uint32)

//go:wasmimport env proxy_set_shared_data
func setSharedData(key unsafe.Pointer, keySize uintptr, data unsafe.Pointer, size uintptr, cas uint32) (status uint32)

//go:wasmimport env proxy_get_property
func getProperty(path unsafe.Pointer, pathSize uintptr, data, size unsafe.Pointer) (status uint32)

//go:wasmimport env proxy_set_property
func setProperty(path unsafe.Pointer, pathSize uintptr, data unsafe.Pointer, size uintptr) (status uint32)

//go:wasmimport env proxy_send_local_response
func sendLocalResponse(code uint32, details unsafe.Pointer, detailsSize uintptr, body unsafe.Pointer, bodySize uintptr,
	headers unsafe.Pointer, headersSize uintptr, grpcStatus int32) (status uint32)

//go:wasmimport env proxy_get_header_map_value
func getHeaderMapValue(mapType uint32, key unsafe.Pointer, keySize uintptr, data, size unsafe.Pointer) (status uint32)

//go:wasmimport env proxy_replace_header_map_value
func replaceHeaderMapValue(mapType uint32, key unsafe.Pointer, keySize uintptr, value unsafe.Pointer, valueSize uintptr) (status uint32)

//go:wasmimport env proxy_remove_header_map_value
func removeHeaderMapValue(mapType uint32, key unsafe.Pointer, keySize uintptr) (status uint32)

//go:wasmimport env proxy_get_buffer_bytes
func getBufferBytes(kind uint32, start, most uintptr, data, size unsafe.Pointer) (status uint32)

//go:wasmimport env proxy_log
func log(level uint32, message unsafe.Pointer, size uintptr) (status uint32)

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
	mapRequestHeaders  = 0
	mapResponseHeaders = uint32(Headers)
	pluginConfig       = 7
	levelCritical      = 5
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

// small is where short results go: what a call returns is valid until the next one.
var small [64]byte

// Allocate returns memory for what the host returns.
func Allocate(size uintptr) unsafe.Pointer {
	if size <= unsafe.Sizeof(small) {
		return unsafe.Pointer(&small)
	}
	return unsafe.Pointer(unsafe.SliceData(make([]byte, size)))
}

// SharedData returns the shared data under key, and their compare-and-swap number for SwapSharedData.
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

// nobodys is a number that no shared data have, for with 0 Envoy would compare nothing, and what is not there it compares
// with nothing. It counts from 1 on, and data that are there by now would have to be those with this very number.
const nobodys = 1<<31 - 1

// SwapSharedData puts data under key, unless the shared data there are no longer those that have the number cas, or,
// with 0, there are some by now.
func SwapSharedData(key string, data []byte, cas uint32) bool {
	if cas == 0 {
		cas = nobodys
	}
	return setSharedData(unsafe.Pointer(unsafe.StringData(key)), uintptr(len(key)),
		unsafe.Pointer(unsafe.SliceData(data)), uintptr(len(data)), cas) == statusOK
}

// Property returns the property with that path, whose elements end in NUL but for the last; "" where there is none.
func Property(path string) string {
	result.size = 0
	if getProperty(unsafe.Pointer(unsafe.StringData(path)), uintptr(len(path)),
		unsafe.Pointer(&result.data), unsafe.Pointer(&result.size)) != statusOK {
		return ""
	}
	return unsafe.String((*byte)(result.data), result.size)
}

// SetProperty keeps data with the request, where Property finds it in each of its tries.
func SetProperty(path string, data []byte) {
	setProperty(unsafe.Pointer(unsafe.StringData(path)), uintptr(len(path)), unsafe.Pointer(unsafe.SliceData(data)), uintptr(len(data)))
}

// RequestHeader returns a header of the request, or "". Only in a request's callbacks.
func RequestHeader(name string) string { return header(mapRequestHeaders, name) }

// Get returns a header of that part of the response, or "".
func (p Part) Get(name string) string { return header(uint32(p), name) }

func header(mapType uint32, name string) string {
	result.size = 0
	if getHeaderMapValue(mapType, unsafe.Pointer(unsafe.StringData(name)), uintptr(len(name)),
		unsafe.Pointer(&result.data), unsafe.Pointer(&result.size)) != statusOK {
		return ""
	}
	return unsafe.String((*byte)(result.data), result.size)
}

// ReplaceRequestHeader sets a header of the request, whatever number of them there were. Only in a request's callbacks.
func ReplaceRequestHeader(name, value string) { replace(mapRequestHeaders, name, value) }

// ReplaceResponseHeader sets a header of the response. Only in a response's callbacks.
func ReplaceResponseHeader(name, value string) { replace(mapResponseHeaders, name, value) }

func replace(mapType uint32, name, value string) {
	replaceHeaderMapValue(mapType, unsafe.Pointer(unsafe.StringData(name)), uintptr(len(name)),
		unsafe.Pointer(unsafe.StringData(value)), uintptr(len(value)))
}

// RemoveResponseHeader takes a header off the response. Only in a response's callbacks.
func RemoveResponseHeader(name string) { remove(mapResponseHeaders, name) }

// RemoveRequestHeader takes a header off the request. Only in a request's callbacks.
func RemoveRequestHeader(name string) { remove(mapRequestHeaders, name) }

func remove(mapType uint32, name string) {
	removeHeaderMapValue(mapType, unsafe.Pointer(unsafe.StringData(name)), uintptr(len(name)))
}

// PluginConfiguration returns the plugin's configuration. Only as it starts.
func PluginConfiguration() []byte {
	result.size = 0
	if getBufferBytes(pluginConfig, 0, 1<<31-1, unsafe.Pointer(&result.data), unsafe.Pointer(&result.size)) != statusOK {
		return nil
	}
	return unsafe.Slice((*byte)(result.data), result.size)
}

// LogCritical writes a line to Envoy's log.
func LogCritical(message string) {
	log(levelCritical, unsafe.Pointer(unsafe.StringData(message)), uintptr(len(message)))
}

// Reply answers the request at hand. Details are the response code details.
func Reply(status uint32, headers [][2]string, details, body string) {
	pairs := binary.LittleEndian.AppendUint32(nil, uint32(len(headers)))
	for _, h := range headers {
		pairs = binary.LittleEndian.AppendUint32(pairs, uint32(len(h[0])))
		pairs = binary.LittleEndian.AppendUint32(pairs, uint32(len(h[1])))
	}
	for _, h := range headers {
		pairs = append(append(append(append(pairs, h[0]...), 0), h[1]...), 0)
	}
	sendLocalResponse(status, unsafe.Pointer(unsafe.StringData(details)), uintptr(len(details)),
		unsafe.Pointer(unsafe.StringData(body)), uintptr(len(body)),
		unsafe.Pointer(unsafe.SliceData(pairs)), uintptr(len(pairs)), -1)
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
