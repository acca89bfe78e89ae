package proxywasm

import (
	"strconv"

	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

// Message is a request or a response. Headers include the pseudo headers, :path and :status and their like. Nil
// trailers are none.
type Message struct {
	Headers  headers.List
	Body     []byte
	Trailers headers.List
	// Properties are what modules keep with a request, which its tries share; nil if it has none yet.
	Properties map[string][]byte
}

func (m Message) clone() Message {
	c := Message{Headers: headers.Of(m.Headers...), Body: append([]byte(nil), m.Body...), Properties: m.Properties}
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

// Answer is a response on its way back to the module.
type Answer struct {
	Message

	There   bool   // there is one: the request was not held, and the stream not closed
	Details string // what response.code_details says; "" for "via_upstream"
	Tries   int    // what upstream.request_attempt_count says; 0 for 1
}

// Upstream answers a request that has passed the module.
type Upstream func(request Message) (Answer, error)

// Result is what became of an exchange.
type Result struct {
	Request, Response Message
	Reply             *Reply // nil if the request went upstream
	Paused            string // the callback that stopped the exchange for good, or ""
	Closed            bool   // the module reset the stream
}

func (r *Reply) message() Message {
	m := Message{Headers: headers.List{{Name: ":status", Value: strconv.Itoa(int(r.Status))}}, Body: r.Body}
	for _, h := range r.Headers {
		m.Headers.Add(h.Name, h.Value)
	}
	if len(r.Body) > 0 {
		m.Headers.Set("content-length", strconv.Itoa(len(r.Body)))
		if _, there := m.Headers.Get("content-type"); !there {
			m.Headers.Add("content-type", "text/plain")
		}
	}
	return m
}
