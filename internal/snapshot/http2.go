package snapshot

import (
	"math"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	// responseWindow is what an upstream may send on a stream whose client does not read: as
	// much as Envoy buffers of a response over HTTP/1.1.
	responseWindow = 1 << 20
	// windowUpdates are those that an upstream may send for a frame of data. Envoy's guard against
	// floods is 10, and Go's servers send more while a request of a megabyte comes in: 502 on 1.36.
	windowUpdates = 1000
	// quiet is how long after an upstream's last sign of life a new request is preceded by a
	// PING, and pingWait how long that may stay without an answer. A PING at an interval would
	// not do: gRPC servers close connections for it (its keepalive guide, "too many pings").
	quiet, pingWait = 10 * time.Second, 5 * time.Second
)

// responseHTTP2 are for a connection that all requests share. By Envoy's defaults (16 MiB a
// stream, 24 MiB a connection) two clients that do not read their downloads use the connection's
// window up, and no other request gets an answer (Envoy 1.40, measured): there is no window for
// the connection. And one that leads nowhere any more would swallow all requests until TCP
// gives it up, which takes a quarter of an hour.
func responseHTTP2() *corev3.Http2ProtocolOptions {
	return &corev3.Http2ProtocolOptions{
		InitialStreamWindowSize:     wrapperspb.UInt32(responseWindow),
		InitialConnectionWindowSize: wrapperspb.UInt32(math.MaxInt32),

		MaxInboundWindowUpdateFramesPerDataFrameSent: wrapperspb.UInt32(windowUpdates),
		ConnectionKeepalive: &corev3.KeepaliveSettings{
			ConnectionIdleInterval: durationpb.New(quiet), Timeout: durationpb.New(pingWait),
		},
	}
}

const (
	// requestStreams are those that one connection may have. Envoy's advice for an edge, 100,
	// leaves gRPC clients with many long streams waiting.
	requestStreams = 1024
	// What a client may send before Envoy has passed it on: 1 MiB a connection, as Envoy
	// advises; of that a stream may have 256 KiB, not 64, or an upload to a far place is slow.
	requestWindow, requestsWindow = 256 << 10, 1 << 20
)

// requestHTTP2 is how clients' HTTP/2 is read. Envoy's default is 24 MiB a connection.
func requestHTTP2() *corev3.Http2ProtocolOptions {
	return &corev3.Http2ProtocolOptions{
		MaxConcurrentStreams:        wrapperspb.UInt32(requestStreams),
		InitialStreamWindowSize:     wrapperspb.UInt32(requestWindow),
		InitialConnectionWindowSize: wrapperspb.UInt32(requestsWindow),
	}
}
