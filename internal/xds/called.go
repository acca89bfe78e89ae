package xds

import (
	"slices"
	"time"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

// callTime is how long a call of a filter may take. Envoy 1.40 resets those that are under way
// when their cluster is removed, and the filter may refuse the request for that.
const callTime = 10 * time.Second

// left is a resource that the client held before another version of it.
type left struct {
	resource *resource
	at       time.Time // when the other one came
}

// leaves notes what the client held, now that it holds c.
func (e *entry) leaves(c *copied, now time.Time) {
	e.left = slices.DeleteFunc(e.left, func(l left) bool { return now.Sub(l.at) >= callTime })
	if e.held != nil && e.held.resource != nil && len(e.held.resource.needs) > 0 && (c == nil || c.resource != e.held.resource) {
		e.left = append(e.left, left{e.held.resource, now})
	}
}

// called says whether a filter that the client holds needs a cluster, or one did a moment ago.
// A cluster that is gone from the snapshot stays for it: until calls that may be under way are
// done, or, where the filter is gone as well, until the last connections that pass it have
// drained and Envoy asks for it no longer.
func (v view) called(ref Ref) bool {
	return v.isCalled(ref, func(l left) bool {
		v.at(l.at.Add(callTime))
		return v.now.Sub(l.at) < callTime
	})
}

// lingers says whether a cluster is there for filters only that have no use for it as they are
// served. An edit is live without waiting for it to go.
func (v view) lingers(ref Ref) bool {
	return v.snapshot.get(ref) == nil && v.isCalled(ref, func(left) bool { return true })
}

func (v view) isCalled(ref Ref, counts func(left) bool) bool {
	filters := v.subs[resourcev3.ExtensionConfigType]
	if ref.TypeURL != resourcev3.ClusterType || filters == nil {
		return false
	}
	if filters.refersTo(ref) {
		return true
	}
	for _, e := range filters.entries {
		for _, l := range e.left {
			if slices.Contains(l.resource.needs, ref) && counts(l) {
				return true
			}
		}
	}
	return false
}
