package xds

import "time"

// lingers says whether the client has, or is offered, what is not served any more, for too short
// a time to take it back.
func (v view) lingers(ref Ref, e *entry) bool {
	c := e.held
	if e.state == sent {
		c = e.offer
	}
	if c == nil || c.resource == nil || c.resource.lingers == 0 || e.state != sent && e.state != held || v.snapshot.get(ref) != nil {
		return false
	}
	until := e.since.Add(c.resource.lingers)
	v.at(until)
	return v.now.Before(until)
}

// passing says whether what the client has is not served any more and there for a while only: it
// lingers, or filters may call it that have no use for it as they are served. An edit is live
// without waiting for it to go.
func (v view) passing(ref Ref, e *entry) bool {
	return v.lingers(ref, e) || v.snapshot.get(ref) == nil && v.isCalled(ref, func(left, time.Duration) bool { return true })
}
