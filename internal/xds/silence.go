package xds

import (
	"fmt"
	"time"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

// tick takes in that time has passed: clusters that were not answered for resolveTime count
// as refused. Envoy holds the answer back while a name does not resolve, for all clusters,
// so what was sent is taken back and sent again one by one.
func (c *client) tick(now time.Time, m *memory) {
	sub := c.subs[resourcev3.ClusterType]
	if sub == nil {
		return
	}
	for _, r := range sub.sent {
		if now.Sub(c.awaited(r)) < resolveTime || r.silent || c.awaitsFilter(r) {
			continue
		}
		r.silent = true
		c.refuse(sub, r, refusal{
			words:  fmt.Sprintf("not answered for %s: Envoy answers once it has resolved the name", resolveTime),
			silent: true,
		}, m, now)
	}
}

// awaited is since when Envoy could have answered a response of clusters, which it does once
// they have the filters in their chains.
func (c *client) awaited(r *response) time.Time {
	if c.filtered.After(r.at) {
		return c.filtered
	}
	return r.at
}

// awaitsFilter says whether a response has a cluster with a filter in its chain that the
// client has not got: it warms until that is there, or for 15 s.
func (c *client) awaitsFilter(r *response) bool {
	filters := c.subs[resourcev3.ExtensionConfigType]
	for _, offered := range r.offers {
		if offered == nil || offered.resource == nil {
			continue
		}
		for _, need := range offered.resource.needs {
			if need.TypeURL == resourcev3.ExtensionConfigType && (filters == nil || !filters.entries[need.Name].clean()) {
				return true
			}
		}
	}
	return false
}

// retry makes everything that was refused due.
func (c *client) retry() {
	for _, sub := range c.subs {
		for _, e := range sub.entries {
			if e.refusal != nil {
				e.refusal.due, e.refusal.asked = true, true
			}
		}
	}
}
