//go:build !tinygo

package host

import (
	"time"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
)

func SharedData(key string) (data []byte, cas uint32) {
	data, cas, _ = proxywasm.GetSharedData(key)
	return data, cas
}

func ResponseStatus() int {
	status, _ := proxywasm.GetHttpResponseHeader(":status")
	code, _ := number(status, 3)
	return int(code)
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
