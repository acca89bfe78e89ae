package proxywasm

import (
	"strings"

	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

func (h *hostCall) getProperty() uint32 {
	path, there := h.text(0)
	if !there {
		return invalidMemoryAccess
	}
	name := strings.ReplaceAll(strings.TrimSuffix(path, "\x00"), "\x00", ".")
	value, found := h.c.property(name)
	if !found {
		return notFound
	}
	return h.give(2, value)
}

// setProperty keeps a value for the request, as Envoy does in its filter state.
func (h *hostCall) setProperty() uint32 {
	key, there := h.text(0)
	value, thereToo := h.text(2)
	if !there || !thereToo {
		return invalidMemoryAccess
	}
	s := h.c.stream
	if s == nil {
		return notFound
	}
	h.vm.pass(len(key) + len(value) + 64)
	if s.properties == nil {
		s.properties = map[string][]byte{}
	}
	s.properties[key] = []byte(value)
	return ok
}

// property finds what Envoy's docs call an attribute: a plausible value for what every request has, where and when
// Envoy 1.40 has it, and a doubt for what only a real connection can tell.
func (c *Context) property(name string) ([]byte, bool) {
	switch name {
	case "plugin_name":
		return []byte(c.vm.plugin.Name), true
	case "plugin_root_id":
		return []byte(c.vm.plugin.RootID), true
	case "plugin_vm_id":
		return []byte(c.vm.plugin.VMID), true
	}
	s := c.stream
	if s != nil {
		if v, there := s.properties[name]; there {
			return v, true
		}
		if value, found, known := s.header(name); known {
			return value, found
		}
	}
	a, known := attributes[name]
	if !known {
		first, _, _ := strings.Cut(name, ".")
		own := first == "livefilter" // the built-in filter asks for what it may have set itself, and nobody else does
		if !own && (s != nil || first != "request" && first != "response") {
			c.vm.doubt("it asked for the property %.200q", name)
		}
		return nil, false
	}
	switch {
	case a.when == inVM, s != nil && a.when == inStream, s != nil && a.when == inResponse && s.all.responding,
		s != nil && a.when == inLog && s.logging:
		return a.value(c), true
	}
	return nil, false
}

// header finds attributes that are headers. Envoy has them as long as the module has the map itself, and again when it
// logs.
func (s *stream) header(name string) (value []byte, found, known bool) {
	direction, rest, _ := strings.Cut(name, ".")
	if direction != "request" && direction != "response" {
		return nil, false, false
	}
	m := map[string]*headers.List{"request": s.request, "response": s.response}[direction]
	if s.logging {
		m = map[string]*headers.List{"request": &s.all.out.Request.Headers, "response": &s.all.out.Response.Headers}[direction]
	}
	if rest == "trailers" || rest == "headers" {
		if m == nil || rest == "trailers" {
			m = &headers.List{}
		}
		return headers.Encode(*m), true, true
	}
	key := map[string]string{"request.path": ":path", "request.url_path": ":path", "request.query": ":path",
		"request.host": ":authority", "request.scheme": ":scheme", "request.method": ":method",
		"request.referer": "referer", "request.useragent": "user-agent", "request.id": "x-request-id"}[name]
	if after, is := strings.CutPrefix(rest, "headers."); is {
		key = after
	}
	if key == "" {
		return nil, false, false
	}
	if m == nil {
		return nil, false, true
	}
	v, there := m.Get(key)
	path, query, _ := strings.Cut(v, "?")
	switch name {
	case "request.url_path":
		v = path
	case "request.query":
		v = query
	}
	return []byte(v), there, true
}
