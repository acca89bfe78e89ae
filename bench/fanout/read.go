package main

import (
	"fmt"
	"sync"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// response is what a client reads of one.
type response struct {
	typeURL, version, nonce string
	resource                []byte // the last one, packed
}

// parse reads a response of either protocol without its resources' contents. Their fields have the same numbers, but
// for the resource, which delta wraps.
func parse(data []byte, delta bool) (r response, err error) {
	err = fields(data, func(number protowire.Number, value []byte) error {
		switch number {
		case 1:
			r.version = string(value)
		case 2:
			r.resource = value
		case 4:
			r.typeURL = string(value)
		case 5:
			r.nonce = string(value)
		}
		return nil
	})
	if err == nil && delta {
		err = fields(r.resource, func(number protowire.Number, value []byte) error {
			if number == 2 {
				r.resource = value
			}
			return nil
		})
	}
	return r, err
}

// fields calls f with each length-delimited field.
func fields(data []byte, f func(protowire.Number, []byte) error) error {
	for len(data) > 0 {
		number, kind, n := protowire.ConsumeTag(data)
		if n < 0 {
			return protowire.ParseError(n)
		}
		data = data[n:]
		if kind == protowire.BytesType {
			value, n := protowire.ConsumeBytes(data)
			if n < 0 {
				return protowire.ParseError(n)
			}
			if err := f(number, value); err != nil {
				return err
			}
		}
		n = protowire.ConsumeFieldValue(number, kind, data)
		if n < 0 {
			return protowire.ParseError(n)
		}
		data = data[n:]
	}
	return nil
}

// listeners reads each listener once for all clients.
type listeners struct {
	mu    sync.Mutex
	known map[string][2][]string
}

// asked returns the names of the routes and filters that a packed listener refers to.
func (l *listeners) asked(packed []byte) (routes, filters []string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	names, ok := l.known[string(packed)]
	if !ok {
		if names, err = referred(packed); err != nil {
			return nil, nil, fmt.Errorf("read the listener: %w", err)
		}
		l.known[string(packed)] = names
	}
	return names[0], names[1], nil
}

func referred(packed []byte) (names [2][]string, err error) {
	var value []byte // of the Any
	err = fields(packed, func(number protowire.Number, v []byte) error {
		if number == 2 {
			value = v
		}
		return nil
	})
	listener := &listenerv3.Listener{}
	if err == nil {
		err = proto.Unmarshal(value, listener)
	}
	if err != nil {
		return names, err
	}
	for _, chain := range listener.GetFilterChains() {
		for _, f := range chain.GetFilters() {
			manager := &hcmv3.HttpConnectionManager{}
			if err := f.GetTypedConfig().UnmarshalTo(manager); err != nil {
				return names, err
			}
			names[0] = append(names[0], manager.GetRds().GetRouteConfigName())
			for _, h := range manager.GetHttpFilters() {
				if h.GetConfigDiscovery() != nil {
					names[1] = append(names[1], h.GetName())
				}
			}
		}
	}
	return names, nil
}
