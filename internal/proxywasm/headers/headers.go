// Package headers holds HTTP headers with the semantics of Envoy's HeaderMapImpl, as far as a wasm filter can see them.
package headers

import (
	"slices"
	"strings"
)

// Header is one line. Names are lower case.
type Header struct{ Name, Value string }

// List is a header map in order; names may repeat. The zero value is empty.
type List []Header

// Of copies pairs of name and value into a List, with names in lower case.
func Of(pairs ...Header) List {
	l := make(List, 0, len(pairs))
	for _, h := range pairs {
		l = append(l, Header{strings.ToLower(h.Name), h.Value})
	}
	return l
}

// Get finds the first value, which is all that proxy_get_header_map_value returns.
func (l List) Get(name string) (string, bool) {
	name = strings.ToLower(name)
	for _, h := range l {
		if h.Name == name {
			return h.Value, true
		}
	}
	return "", false
}

// inline lists the headers that Envoy 1.40 keeps in one slot each: a second value is appended to the first with a comma.
// Found by adding each of some sixty headers twice to a request of a real Envoy; those with a colon are from
// envoy/http/header_map.h.
var inline = []string{":authority", ":method", ":path", ":protocol", ":scheme", ":status", "accept", "accept-encoding",
	"access-control-request-method", "authorization", "cache-control", "connection", "content-encoding",
	"content-length", "content-type", "grpc-accept-encoding", "grpc-timeout", "host", "if-match", "if-modified-since",
	"if-none-match", "if-range", "if-unmodified-since", "keep-alive", "origin", "pragma", "proxy-connection", "referer",
	"te", "transfer-encoding", "upgrade", "user-agent", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port",
	"x-forwarded-proto", "x-request-id"}

// Add appends a value, to the one that is there if Envoy keeps only one.
func (l *List) Add(name, value string) {
	name = strings.ToLower(name)
	if slices.Contains(inline, name) {
		for i := range *l {
			if h := &(*l)[i]; h.Name == name {
				h.Value += "," + value
				return
			}
		}
	}
	*l = append(*l, Header{name, value})
}

// Set replaces the first value and leaves others of the same name alone, as HeaderMapImpl::setCopy does.
func (l *List) Set(name, value string) {
	name = strings.ToLower(name)
	for i := range *l {
		if h := &(*l)[i]; h.Name == name {
			h.Value = value
			return
		}
	}
	*l = append(*l, Header{name, value})
}

// Remove drops every value of the name.
func (l *List) Remove(name string) {
	name = strings.ToLower(name)
	*l = slices.DeleteFunc(*l, func(h Header) bool { return h.Name == name })
}

// Replace is proxy_set_header_map_pairs: all go, then the pairs are added one by one.
func (l *List) Replace(pairs List) {
	*l = nil
	for _, h := range pairs {
		l.Add(h.Name, h.Value)
	}
}

// Invalid finds a header that is not valid HTTP: a control character in its value, or also a space in its name. Envoy
// 1.40 takes it from a filter; it then answers a request that has one with 503, and writes a response that has one as it
// is, so that what follows a line break becomes a header of its own.
func (l List) Invalid() (Header, bool) {
	for _, h := range l {
		control := func(r rune) bool { return r < ' ' && r != '\t' }
		if strings.ContainsFunc(h.Value, control) || strings.ContainsFunc(h.Name, func(r rune) bool { return control(r) || r <= ' ' }) {
			return h, true
		}
	}
	return Header{}, false
}

// Size counts the bytes of names and values.
func (l List) Size() int {
	n := 0
	for _, h := range l {
		n += len(h.Name) + len(h.Value)
	}
	return n
}
