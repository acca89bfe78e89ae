package main

import (
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/proto"
)

const adsMethod = "/envoy.service.discovery.v3.AggregatedDiscoveryService/"

// client asks as an Envoy does: for all clusters, then all listeners, then for the routes and filters that its
// listener names. It accepts everything, and reads of a response no more than it needs for that.
type client struct {
	stream *stream
	node   *corev3.Node // in the first request only
	delta  bool
	names  map[string][]string // asked for, by type; state of the world repeats them
	asked  func(listener []byte) (routes, filters []string, err error)
}

// run subscribes, and accepts until the connection ends. took is told of each response once it is accepted.
func (c *client) run(took func(typeURL string, received time.Time)) error {
	if err := c.subscribe(resourcev3.ClusterType); err != nil {
		return err
	}
	return c.stream.receive(func(message []byte) error {
		received := time.Now()
		r, err := parse(message, c.delta)
		if err == nil {
			err = c.accept(r)
		}
		if err == nil {
			took(r.typeURL, received)
		}
		return err
	})
}

func (c *client) subscribe(typeURL string, names ...string) error {
	c.names[typeURL] = names
	return c.request(response{typeURL: typeURL}, names)
}

// request sends a subscription or, where r has a nonce, an ACK.
func (c *client) request(r response, names []string) error {
	var req proto.Message = &discoveryv3.DiscoveryRequest{
		Node: c.node, TypeUrl: r.typeURL, ResponseNonce: r.nonce, VersionInfo: r.version, ResourceNames: c.names[r.typeURL],
	}
	if c.delta {
		req = &discoveryv3.DeltaDiscoveryRequest{
			Node: c.node, TypeUrl: r.typeURL, ResponseNonce: r.nonce, ResourceNamesSubscribe: names,
		}
	}
	c.node = nil
	data, err := proto.Marshal(req)
	if err != nil {
		return err
	}
	return c.stream.send(data)
}

// accept acknowledges r and asks for what follows from it.
func (c *client) accept(r response) error {
	if err := c.request(r, nil); err != nil {
		return err
	}
	switch _, known := c.names[resourcev3.ListenerType]; {
	case r.typeURL == resourcev3.ClusterType && !known:
		return c.subscribe(resourcev3.ListenerType)
	case r.typeURL == resourcev3.ListenerType && c.names[resourcev3.RouteType] == nil:
		routes, filters, err := c.asked(r.resource)
		if err != nil {
			return err
		}
		if err := c.subscribe(resourcev3.RouteType, routes...); err != nil {
			return err
		}
		return c.subscribe(resourcev3.ExtensionConfigType, filters...)
	}
	return nil
}
