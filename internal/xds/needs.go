package xds

import (
	"slices"
	"time"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

// standing is what an Envoy has of a resource that another resource needs.
type standing int

const (
	has     standing = iota // it has it, or it is not ours to give
	pending                 // it may have it soon
	cannot                  // it refused it, or does not answer
)

// view is everything that the next response depends on.
type view struct {
	*client
	memory   *memory
	snapshot *Snapshot
	now      time.Time
	soonest  *time.Time // when to look again, if nothing happens until then
}

// at records a time at which the next response may be a different one.
func (v view) at(t time.Time) {
	if t.After(v.now) && (v.soonest.IsZero() || t.Before(*v.soonest)) {
		*v.soonest = t
	}
}

// within says whether less than answerTime has passed since t, and notes when it has.
func (v view) within(t time.Time) bool {
	v.at(t.Add(answerTime))
	return v.now.Sub(t) < answerTime
}

// stands returns what the client has of a resource that one of sub needs.
func (v view) stands(sub *subscription, need Ref) standing {
	if v.typeURL != "" || v.snapshot.get(need) == nil || sub.unknown && awaitsAnswer(sub.typeURL) {
		return has // the other types are on other streams, which nobody here knows
	}
	of := v.subs[need.TypeURL]
	if of == nil && need.TypeURL == resourcev3.ClusterType {
		// Envoy 1.40 asks for no clusters on a new stream while one is warming.
		if sub.resumed && v.within(v.since) {
			return pending
		}
		return has
	}
	var e *entry
	if of != nil {
		e = of.entries[need.Name]
	}
	switch {
	case e.clean():
		return has
	case e == nil, e.state == absent:
		return v.unasked(sub, need)
	case e.state == restoring, e.answers() && (e.refusal == nil || v.atOnce(need, e)):
		if v.within(e.since) {
			return pending
		}
		return cannot
	case e.state == nacked && v.restorable(need, e), e.refusal != nil && e.refusal.batch, v.atOnce(need, e):
		return pending // what is tried again later holds nothing back
	case e.held != nil && e.state != dropping:
		return has // what it refused cannot be taken back: let Envoy say what it thinks
	}
	return cannot
}

// unasked returns the standing of a resource that the client has not been sent. The client
// subscribes to a resource by name once another resource names it; a trial does.
func (v view) unasked(sub *subscription, need Ref) standing {
	if awaitsAnswer(need.TypeURL) {
		return pending
	}
	trial := v.snapshot.get(need).trial
	if trial == nil {
		return has
	}
	if sub.fresh() && (!v.memory.bad(need, v.snapshot.get(need).version) || v.memory.lastGood(need) != nil) {
		return has // no traffic depends on it yet
	}
	trials := v.subs[trial.ref.TypeURL]
	if trials == nil {
		return has // nothing can make it ask
	}
	switch e := trials.entries[trial.ref.Name]; {
	case e != nil && e.refusal != nil:
		return has // it cannot be tried
	case e == nil, e.state != held, v.within(e.since):
		return pending
	}
	return cannot
}

// fresh says whether an Envoy has no resources of a type but trials.
func (s *subscription) fresh() bool {
	if s.resumed {
		return false
	}
	for _, e := range s.entries {
		if e.held != nil && !e.trial {
			return false
		}
	}
	return true
}

// wanted returns what the client should have of r: r itself, a replacement where the client cannot
// have everything that r needs, or nil where it keeps what it has.
func (v view) wanted(sub *subscription, r *resource) *resource {
	stays := v.stays(sub, r)
	for _, old := range stays {
		if !slices.Contains(r.keeps, old) {
			return nil
		}
	}
	lacks := len(stays) > 0
	for _, need := range r.needs {
		switch v.gets(sub, r, need) {
		case pending:
			return nil
		case cannot:
			lacks = true
		}
	}
	if !lacks {
		return r
	}
	return r.fitted(func(need Ref) bool {
		if !slices.Contains(r.needs, need) {
			return slices.Contains(stays, need)
		}
		// A route does not go on to lead to a cluster that is not there: its requests would fail.
		return v.gets(sub, r, need) == has || need.TypeURL != resourcev3.ClusterType && v.named(sub, r, need)
	})
}

// holdsOne says whether the client holds any version of a resource.
func (c *client) holdsOne(ref Ref) bool {
	of := c.subs[ref.TypeURL]
	return of != nil && of.entries[ref.Name].clean()
}

// gets returns the standing of what r needs. What names a need anew is to get it as it is
// served: requests would pass a filter as it was when it was last named, before it was taken out.
func (v view) gets(sub *subscription, r *resource, need Ref) standing {
	stands := v.stands(sub, need)
	if stands != has || v.named(sub, r, need) {
		return stands
	}
	want, of := v.snapshot.get(need), v.subs[need.TypeURL]
	if want == nil || of == nil {
		return has
	}
	e := of.entries[need.Name]
	switch {
	case e == nil || e.held == nil || e.held.version == want.version:
		return has
	case e.refusal == nil || e.refusal.version != want.version, e.answers() && v.within(e.since):
		return pending // while old listeners drain it is updated first
	case e.held.resource != nil && e.held.resource.life == want.life:
		return has
	}
	return cannot
}

// named says whether what the client holds or is offered of r names a need already: then it
// goes on to do so, since traffic must not pass where a filter stopped it before.
func (v view) named(sub *subscription, r *resource, need Ref) bool {
	now := v.memory.lastGood(r.ref)
	if e := sub.entries[r.ref.Name]; e != nil && e.state == sent {
		now = e.offer.resource
	} else if e != nil && e.held != nil {
		if now = e.held.resource; now == nil {
			of := v.subs[need.TypeURL]
			return of != nil && slices.Contains(of.first, need.Name)
		}
	}
	if now == nil {
		return true // it starts, and nobody knows what went before
	}
	return slices.Contains(now.needs, need)
}

// trials are what makes the client ask for what r needs and it has not got. Those that are
// there stay until it has r.
func (v view) trials(sub *subscription, r *resource) (out []*resource) {
	e := sub.entries[r.ref.Name]
	if e != nil && e.state == held && e.held.version == r.version {
		return nil
	}
	for _, need := range r.needs {
		if of := v.snapshot.get(need); of != nil && of.trial != nil && of.trial.ref.TypeURL == sub.typeURL {
			started := sub.entries[of.trial.ref.Name]
			asks := v.subs[need.TypeURL] != nil && v.subs[need.TypeURL].covers(need.Name)
			if started != nil || !asks && v.stands(sub, need) != has {
				out = append(out, of.trial)
			}
		}
	}
	return out
}

// rerouted says whether the client's routes are those that it is to have, so that none of
// them leads to a cluster that is gone from the snapshot.
func (v view) rerouted(clusters *subscription) bool {
	if v.typeURL != "" {
		return true
	}
	routes := v.subs[resourcev3.RouteType]
	if routes == nil {
		// One that comes with clusters has routes too, and will ask for them.
		return !clusters.resumed || !v.within(v.since)
	}
	for _, r := range v.snapshot.sorted[resourcev3.RouteType] {
		if !routes.covers(r.ref.Name) {
			continue
		}
		e, want := routes.entries[r.ref.Name], v.wanted(routes, r)
		if want == nil || e == nil || e.held == nil || e.answers() || e.held.version != want.version {
			return false
		}
	}
	return true
}
