package xds

// young says whether the client has, or is offered, what is not served any more, for too short
// a time to take it back.
func (v view) young(ref Ref, e *entry) bool {
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
