package main

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

func configOf(upstreams int) string {
	var b strings.Builder
	b.WriteString("filters: [{name: my-wasm-filter, headers: [{name: User-Agent, values: [hello]}]}]\nupstreams:\n")
	for i := range upstreams {
		fmt.Fprintf(&b, "  - {name: upstream-%d, host: 127.0.0.1, port: 1}\n", i)
	}
	return b.String()
}

// reportOf is an ExportMetricsServiceRequest as Envoy 1.40 sends it, of upstreams that all fail.
func reportOf(upstreams int) []byte {
	names := []string{"http.ingress_http.downstream_rq_completed", "http.ingress_http.downstream_rq_5xx", "other",
		"wasmcustom.livefilter.filter.my-wasm-filter.header.user-agent.all_out"}
	for i := range upstreams {
		for _, counter := range []string{"upstream_rq_completed", "upstream_rq_5xx", "external.upstream_rq_5xx", "external.upstream_rq_completed",
			"upstream_cx_connect_fail", "ssl.fail_verify_san"} {
			names = append(names, fmt.Sprintf("cluster.upstream-%d.%s", i, counter))
		}
	}
	now := uint64(time.Now().UnixNano())
	var metrics []byte
	for _, name := range names {
		var point []byte
		for number, value := range map[protowire.Number]uint64{2: now - 10e9, 3: now, 6: 20} {
			point = binary.LittleEndian.AppendUint64(protowire.AppendTag(point, number, protowire.Fixed64Type), value)
		}
		sum := protowire.AppendVarint(protowire.AppendTag(field(1, point), 2, protowire.VarintType), 1)
		sum = protowire.AppendVarint(protowire.AppendTag(sum, 3, protowire.VarintType), 1)
		metrics = append(metrics, field(2, append(field(1, []byte(name)), field(7, sum)...))...)
	}
	return field(1, field(2, metrics))
}

func field(number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), value)
}
