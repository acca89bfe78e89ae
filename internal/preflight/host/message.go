package host

import "github.com/livefilter/livefilter/internal/preflight/headers"

// Message is a request or a response. Headers include the pseudo headers, :path and :status and their like. Nil
// trailers are none.
type Message struct {
	Headers  headers.List
	Body     []byte
	Trailers headers.List
}

func (m Message) clone() Message {
	c := Message{Headers: headers.Of(m.Headers...), Body: append([]byte(nil), m.Body...)}
	if m.Trailers != nil {
		c.Trailers = headers.Of(m.Trailers...)
	}
	return c
}

// Reply is a response that the module made itself (proxy_send_local_response).
type Reply struct {
	Status  uint32
	Details string
	Body    []byte
	Headers headers.List
}

// Result is what became of an exchange.
type Result struct {
	Request, Response Message
	Reply             *Reply // nil if the request went upstream
	Paused            string // the callback that stopped the exchange for good, or ""
	Closed            bool   // the module reset the stream
}
