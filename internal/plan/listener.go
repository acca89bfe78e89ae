package plan

import (
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	streamv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/stream/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/proto"
)

const draining = "connections open now drain: they keep what they have, for up to 10 minutes (Envoy's --drain-time-s)"

// listener says what becomes of the listener (LDS). Where nothing but its filter chains
// differs, Envoy keeps the socket (an "in place" update); else it opens a new listener and
// then drains the old one.
func listener(was, is proto.Message, _, _ set) (Change, error) {
	before, hadIt := was.(*listenerv3.Listener)
	after, hasIt := is.(*listenerv3.Listener)
	switch {
	case !hadIt:
		return Change{Resource: "listener " + after.GetName(), Effect: "added"}, nil
	case !hasIt:
		return Change{Resource: "listener " + before.GetName(), Effect: "removed; " + draining, Drains: true}, nil
	}
	c := Change{Resource: "listener " + after.GetName(), Drains: true}
	from, to := hostPort(before.GetAddress().GetSocketAddress()), hostPort(after.GetAddress().GetSocketAddress())
	switch {
	case from != to:
		c.Effect = "new socket, the old one is closed; " + draining
		c.Details = differ(nil, "address", from, to)
	case onlyFilterChains(before, after):
		c.Effect = "filter chain replaced, the socket stays; " + draining
	default:
		c.Effect = "replaced; " + draining
	}
	c.Details = differ(c.Details, "tls", speaks(before), speaks(after))
	b, err := manager(before)
	if err != nil {
		return c, err
	}
	a, err := manager(after)
	if err != nil {
		return c, err
	}
	c.Details = differ(c.Details, "access log", accessLog(b), accessLog(a))
	filters, err := newChain(b.GetHttpFilters()).differs(newChain(a.GetHttpFilters()))
	c.Details = orOther(append(c.Details, filters...))
	return c, err
}

// speaks says whether clients need TLS.
func speaks(l *listenerv3.Listener) string {
	for _, c := range l.GetFilterChains() {
		if c.GetTransportSocket() != nil {
			return "on"
		}
	}
	return "off"
}

func onlyFilterChains(was, is *listenerv3.Listener) bool {
	same := proto.CloneOf(was)
	same.FilterChains = is.GetFilterChains()
	return proto.Equal(same, is)
}

// manager is l's HTTP connection manager.
func manager(l *listenerv3.Listener) (*hcmv3.HttpConnectionManager, error) {
	m := &hcmv3.HttpConnectionManager{}
	for _, c := range l.GetFilterChains() {
		for _, f := range c.GetFilters() {
			return m, f.GetTypedConfig().UnmarshalTo(m)
		}
	}
	return m, nil
}

// accessLog is the word of the config for what m writes of a request.
func accessLog(m *hcmv3.HttpConnectionManager) string {
	logs := m.GetAccessLog()
	if len(logs) == 0 {
		return "off"
	}
	stdout := &streamv3.StdoutAccessLog{}
	if logs[0].GetTypedConfig().UnmarshalTo(stdout) == nil && stdout.GetLogFormat().GetJsonFormat() != nil {
		return "json"
	}
	return "text"
}
