package preflight

import (
	"strconv"

	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

// Exchange is a request, and the response that the upstream would give to it.
type Exchange struct{ Request, Response proxywasm.Message }

// Samples are what every check sends: what a browser might, in the shapes that HTTP has.
func Samples() []Exchange {
	body := []byte(`{"hello": "world"}`)
	trailers := headers.List{{Name: "x-checksum", Value: "1"}}
	return []Exchange{
		{request("POST", body, nil), response(200, body, nil)},
		{request("GET", nil, nil), response(404, nil, nil)},
		{request("POST", body, trailers), response(503, body, trailers)},
		{grpc(request("POST", []byte("\x00\x00\x00\x00\x00"), nil)), grpc(response(200, nil, headers.List{{Name: "grpc-status", Value: "8"}}))},
	}
}

func grpc(m proxywasm.Message) proxywasm.Message {
	m.Headers.Remove("content-length")
	m.Headers.Set("content-type", "application/grpc")
	return m
}

func request(method string, body []byte, trailers headers.List) proxywasm.Message {
	l := headers.List{
		{Name: ":authority", Value: "preflight.example"},
		{Name: ":path", Value: "/path?query=1"},
		{Name: ":method", Value: method},
		{Name: ":scheme", Value: "http"},
		{Name: "user-agent", Value: "preflight"},
		{Name: "accept", Value: "*/*"},
		{Name: "cookie", Value: "a=1; b=2"},
		{Name: "x-forwarded-for", Value: "192.0.2.1"},
		{Name: "x-forwarded-proto", Value: "http"},
		{Name: "x-request-id", Value: "00000000-0000-4000-8000-000000000000"},
	}
	return proxywasm.Message{Headers: withBody(l, body, trailers), Body: body, Trailers: trailers}
}

func response(status int, body []byte, trailers headers.List) proxywasm.Message {
	l := headers.List{
		{Name: ":status", Value: strconv.Itoa(status)},
		{Name: "date", Value: "Thu, 01 Jan 2026 00:00:00 GMT"},
		{Name: "server", Value: "preflight"},
		{Name: "x-envoy-upstream-service-time", Value: "1"},
	}
	return proxywasm.Message{Headers: withBody(l, body, trailers), Body: body, Trailers: trailers}
}

func withBody(l headers.List, body []byte, trailers headers.List) headers.List {
	if len(body) == 0 {
		return l
	}
	l = append(l, headers.Header{Name: "content-type", Value: "application/json"})
	if trailers == nil {
		return append(l, headers.Header{Name: "content-length", Value: strconv.Itoa(len(body))})
	}
	return append(l, headers.Header{Name: "transfer-encoding", Value: "chunked"})
}
