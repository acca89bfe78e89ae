// Package snapshot turns a config into the xDS resources that Envoy is served.
//
// It is pure: no I/O, no clock, no logger. The same config gives the same bytes. It imports
// config, for what the user wrote, and builtin, for the module behind header rules.
//
// Each part of the config owns one resource type, so that an edit touches that type
// alone: upstreams are clusters (CDS), the listener is the listener (LDS), what becomes
// of a request is the route (RDS), each filter is an extension config (ECDS), and each
// certificate with its key a secret (SDS).
package snapshot

import (
	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
)

// Build returns the resources for c in the order in which they should reach an Envoy:
// clusters, listener, route, filters, secrets. Every one of them has passed the validation rules
// that Envoy itself applies; an error names the resource and the field.
func Build(c *config.Config) ([]proto.Message, error) {
	var resources []proto.Message
	for _, u := range c.Upstreams {
		cl, err := cluster(c, u, every[config.Filter])
		if err != nil {
			return nil, err
		}
		resources = append(resources, cl)
	}
	together, err := groups(c)
	if err != nil {
		return nil, err
	}
	for _, cl := range together {
		resources = append(resources, cl)
	}
	l, err := httpListener(c, inListener)
	if err != nil {
		return nil, err
	}
	r, err := routeConfiguration(c, every[string])
	if err != nil {
		return nil, err
	}
	resources = append(resources, l, r)
	if c.Listener.FilterConfig != "inline" {
		for _, f := range c.Filters {
			ecs, err := extensionConfigs(f)
			if err != nil {
				return nil, err
			}
			resources = append(resources, ecs...)
		}
	}
	resources = append(resources, secrets(c)...)
	for _, r := range resources {
		if err := validate(r); err != nil {
			return nil, err
		}
	}
	return resources, nil
}

// every is where all of something are there.
func every[T any](T) bool { return true }
