package xds

import (
	"slices"
	"time"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

// callTime is how long a call of a filter may take. Envoy 1.40 resets those that are under way
// when their cluster is removed, and the filter may refuse the request for that.
const callTime = 10 * time.Second

// drainTime is how long connections go on with a listener's old filters: Envoy's --drain-time-s.
const drainTime = 10 * time.Minute

// left is a resource that the client held before another version of it.
type left struct {
	resource *resource
	at       time.Time // when the other one came
}

// leaves notes what the client held, now that it holds c, if that needs clusters.
func (e *entry) leaves(c *copied, now time.Time) {
	e.left = slices.DeleteFunc(e.left, func(l left) bool { return now.Sub(l.at) >= drainTime+callTime })
	if e.held == nil || e.held.resource == nil || c != nil && c.resource == e.held.resource {
		return
	}
	if slices.ContainsFunc(e.held.resource.needs, func(r Ref) bool { return r.TypeURL == resourcev3.ClusterType }) {
		e.left = append(e.left, left{e.held.resource, now})
	}
}

// called says whether a filter that the client holds needs a cluster, or one did a moment ago.
// A cluster that is gone from the snapshot stays for it: until calls that may be under way are
// done, or, where the filter is gone as well, until the last connections that pass it have
// drained and Envoy asks for it no longer.
func (v view) called(ref Ref) bool {
	return v.isCalled(ref, func(l left, stays time.Duration) bool {
		v.at(l.at.Add(stays))
		return v.now.Sub(l.at) < stays
	})
}

// isCalled looks at filters, and at listeners that have theirs within them.
func (v view) isCalled(ref Ref, counts func(l left, stays time.Duration) bool) bool {
	if ref.TypeURL != resourcev3.ClusterType {
		return false
	}
	for typeURL, stays := range map[string]time.Duration{
		resourcev3.ExtensionConfigType: callTime, resourcev3.ListenerType: drainTime + callTime,
	} {
		sub := v.subs[typeURL]
		if sub == nil {
			continue
		}
		if sub.refersTo(ref) {
			return true
		}
		for _, e := range sub.entries {
			for _, l := range e.left {
				if slices.Contains(l.resource.needs, ref) && counts(l, stays) {
					return true
				}
			}
		}
	}
	return false
}
