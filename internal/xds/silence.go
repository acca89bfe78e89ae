package xds

import (
	"slices"
	"time"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

// tick handles the passing of time: clusters that were not answered for resolveTime count as
// refused. Envoy holds the answer back while a name does not resolve, for all clusters,
// so what was sent is taken back and sent again one by one.
func (c *client) tick(now time.Time, m *memory) {
	sub := c.subs[resourcev3.ClusterType]
	if sub == nil {
		return
	}
	for _, r := range sub.sent {
		if !r.silent && !now.Before(c.late(sub, r)) && !c.awaitsFilter(r, now) {
			r.silent = true
			c.refuse(sub, r, silence("Envoy answers once DNS has", c.awaited(r)), m, now)
		}
	}
}

func silence(words string, since time.Time) refusal {
	return refusal{words: words, silent: true, since: since}
}

// slowTime is how long an Envoy may take to resolve names before the status says so.
const slowTime = 500 * time.Millisecond

// resolving are the clusters whose answer takes long, which is not more than resolveTime yet.
func (v view) resolving(sub *subscription) (names []string) {
	if sub.typeURL != resourcev3.ClusterType {
		return nil
	}
	for _, r := range sub.sent {
		if v.now.Sub(v.awaited(r)) < slowTime || v.awaitsFilter(r, v.now) {
			continue
		}
		for name, offered := range r.offers {
			if e := sub.entries[name]; offered != nil && e != nil && e.answers() && e.refusal == nil {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// late is when a response of clusters that is not answered counts as refused. One cluster that
// is tried again, with nothing beside it that could be held back, is given longer each time.
func (c *client) late(sub *subscription, r *response) time.Time {
	if r.patience > 0 && len(sub.sent) == 1 {
		return c.awaited(r).Add(r.patience)
	}
	return c.awaited(r).Add(resolveTime)
}

// patience is how long a cluster may take that was not answered before.
func patience(tries int) time.Duration {
	return min(resolveTime<<min(2*tries, 16), maxPatience)
}

// gaveUp says whether an ACK of a cluster came when Envoy gives up a name about which DNS is
// silent: it has no endpoint then. A name that takes just as long is refused with it.
func (c *client) gaveUp(r *response, now time.Time) bool {
	took := now.Sub(c.awaited(r))
	return r.patience > 0 && took > resolveTime+resolveTime/4 && took < 2*resolveTime
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
func (c *client) awaitsFilter(r *response, now time.Time) bool {
	if c.typeURL != "" || now.Sub(r.at) >= fetchTime {
		return false
	}
	for _, offered := range r.offers {
		if offered == nil || offered.resource == nil {
			continue
		}
		for _, need := range offered.resource.needs {
			if need.TypeURL == resourcev3.ExtensionConfigType && !c.holdsOne(need) {
				return true
			}
		}
	}
	return false
}

// retry makes every refused resource due.
func (c *client) retry() {
	for _, sub := range c.subs {
		for _, e := range sub.entries {
			if e.refusal != nil {
				e.refusal.due, e.refusal.asked = true, true
			}
		}
	}
}
