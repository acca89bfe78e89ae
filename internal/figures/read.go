package figures

import (
	"encoding/binary"
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// The fields that are read of opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest.
const (
	requestResourceMetrics = 1
	resourceScopeMetrics   = 2
	scopeMetrics           = 2
	metricName             = 1
	metricGauge            = 5
	gaugeDataPoints        = 1
	metricSum              = 7
	sumDataPoints          = 1
	sumTemporality         = 2
	pointAsInt             = 6
)

// deltas is AGGREGATION_TEMPORALITY_DELTA: what was counted since the last report.
const deltas = 1

// maxCount is more than an Envoy counts between two reports.
const maxCount = 1 << 32

// reported is what a report says of what is kept.
type reported struct {
	counted map[series]uint64 // since the last report
	chosen  map[valueID]uint64
	out     map[valueID]int64
	tells   bool // the sender would say which values are out
}

// read returns what a report says of what is kept. Everything else is passed over without
// being decoded. Reading ends where the message is not one.
func (n *names) read(request []byte, now time.Time) reported {
	r := reported{counted: map[series]uint64{}, chosen: map[valueID]uint64{}, out: map[valueID]int64{}}
	each(request, requestResourceMetrics, func(resource []byte) {
		each(resource, resourceScopeMetrics, func(scope []byte) {
			each(scope, scopeMetrics, func(metric []byte) {
				r.read(n, metric, now)
			})
		})
	})
	return r
}

func (r *reported) read(n *names, metric []byte, now time.Time) {
	name := ""
	each(metric, metricName, func(text []byte) { name = string(text) })
	if s, ok := n.find(name); ok {
		if v := sum(metric); v > 0 {
			r.counted[s] = min(r.counted[s]+v, maxCount)
		}
		return
	}
	id, what, ok := n.findValue(name)
	switch {
	case !ok:
		r.tells = r.tells || name == marker
		return
	case what == chosen:
		if v := sum(metric); v > 0 {
			r.chosen[id] = min(r.chosen[id]+v, maxCount)
		}
		return
	}
	until := gauge(metric)
	if before, twice := r.out[id]; twice {
		until = merge(before, until, now)
	}
	r.out[id] = until
}

// gauge is the value of a gauge: 0 where it has none that a gauge of the filter's can have.
func gauge(metric []byte) (v int64) {
	each(metric, metricGauge, func(gauge []byte) {
		each(gauge, gaugeDataPoints, func(point []byte) {
			if value := fixed64(point, pointAsInt); value <= forever {
				v = int64(value)
			}
		})
	})
	return v
}

// sum is the value of a counter, 0 where that is not what was counted since the last report.
func sum(metric []byte) (v uint64) {
	each(metric, metricSum, func(sum []byte) {
		if varint(sum, sumTemporality) != deltas {
			return
		}
		each(sum, sumDataPoints, func(point []byte) {
			if value := fixed64(point, pointAsInt); value <= math.MaxUint32 { // not below 0
				v = min(v+value, maxCount)
			}
		})
	})
	return v
}

// fields calls do with each field of a message.
func fields(message []byte, do func(number protowire.Number, kind protowire.Type, value []byte)) {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return
		}
		size := protowire.ConsumeFieldValue(number, kind, message[n:])
		if size < 0 {
			return
		}
		do(number, kind, message[n:n+size])
		message = message[n+size:]
	}
}

// each calls do with the bytes of each field of that number.
func each(message []byte, wanted protowire.Number, do func(value []byte)) {
	fields(message, func(number protowire.Number, kind protowire.Type, value []byte) {
		if number == wanted && kind == protowire.BytesType {
			v, _ := protowire.ConsumeBytes(value)
			do(v)
		}
	})
}

func varint(message []byte, wanted protowire.Number) (v uint64) {
	fields(message, func(number protowire.Number, kind protowire.Type, value []byte) {
		if number == wanted && kind == protowire.VarintType {
			v, _ = protowire.ConsumeVarint(value)
		}
	})
	return v
}

func fixed64(message []byte, wanted protowire.Number) (v uint64) {
	fields(message, func(number protowire.Number, kind protowire.Type, value []byte) {
		if number == wanted && kind == protowire.Fixed64Type {
			v = binary.LittleEndian.Uint64(value)
		}
	})
	return v
}
