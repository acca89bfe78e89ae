//go:build !tinygo

package host

import (
	"strings"
	"time"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
)

func SharedData(key string) (data []byte, cas uint32) {
	data, cas, _ = proxywasm.GetSharedData(key)
	return data, cas
}

// BeforeSwap is called before shared data are swapped: tests let another worker be faster.
var BeforeSwap = func(key string) {}

func SwapSharedData(key string, data []byte, cas uint32) bool {
	BeforeSwap(key)
	return proxywasm.SetSharedData(key, data, cas) == nil
}

func Property(path string) string {
	data, _ := proxywasm.GetProperty(strings.Split(path, "\x00"))
	return string(data)
}

func SetProperty(path string, data []byte) {
	_ = proxywasm.SetProperty(strings.Split(path, "\x00"), data)
}

func RequestHeader(name string) string {
	value, _ := proxywasm.GetHttpRequestHeader(name)
	return value
}

func (p Part) Get(name string) string {
	get := proxywasm.GetHttpResponseHeader
	if p == Trailers {
		get = proxywasm.GetHttpResponseTrailer
	}
	value, _ := get(name)
	return value
}

func ReplaceRequestHeader(name, value string) { _ = proxywasm.ReplaceHttpRequestHeader(name, value) }

func RemoveRequestHeader(name string) { _ = proxywasm.RemoveHttpRequestHeader(name) }

func ReplaceResponseHeader(name, value string) { _ = proxywasm.ReplaceHttpResponseHeader(name, value) }

func RemoveResponseHeader(name string) { _ = proxywasm.RemoveHttpResponseHeader(name) }

func PluginConfiguration() []byte {
	data, _ := proxywasm.GetPluginConfiguration()
	return data
}

func LogCritical(message string) { proxywasm.LogCritical(message) }

func Reply(status uint32, headers [][2]string, details, body string) {
	_ = proxywasm.SendHttpResponse(status, headers, []byte(body), -1)
}

func DefineCounter(name string) Counter { return Counter(proxywasm.DefineCounterMetric(name)) }

func (c Counter) Add() { proxywasm.MetricCounter(c).Increment(1) }

func DefineGauge(name string) Gauge { return Gauge(proxywasm.DefineGaugeMetric(name)) }

func (g Gauge) Set(value uint64) {
	gauge := proxywasm.MetricGauge(g)
	gauge.Add(int64(value) - gauge.Value())
}

var started = time.Now()

var EnvoyClocks = Clocks{
	Monotonic: func() int64 { return int64(time.Since(started)) },
	Wall:      func() int64 { return time.Now().Unix() },
}
