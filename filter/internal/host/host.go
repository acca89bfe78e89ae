// Package host is what the SDK's host calls leave to be wished for on a request's way: results without an allocation,
// metrics without fmt, a clock that is never set back. Natively it asks the SDK, which answers from its emulator, so
// that tests run both ways.
package host

// Clocks tell the time.
type Clocks struct {
	Monotonic func() int64 // nanoseconds since some moment, the same for every VM of an Envoy; never set back
	Wall      func() int64 // seconds since 1970
}

// Part is a part of a response.
type Part uint32

// The parts that have headers, by their numbers in the ABI. Each can be read only in its own callback.
const (
	Headers  Part = 2
	Trailers Part = 3
)

// Counter is a metric that goes up. Envoy has none with the number 0.
type Counter uint32

// Gauge is a metric that is set. Envoy has none with the number 0.
type Gauge uint32
