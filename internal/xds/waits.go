package xds

import "slices"

// stays returns the resources that the client would lose by r and does not have elsewhere yet.
func (v view) stays(sub *subscription, r *resource) (old []Ref) {
	if v.typeURL != "" {
		return nil
	}
	for _, w := range r.waits {
		if w.In != "" && v.used(w) || w.In == "" && sub.refersTo(w.Old) && !v.arrived(sub, w) {
			old = append(old, w.Old)
		}
	}
	return old
}

// used says whether something of type w.In names w.Old that the client has and goes on to have. What
// it refuses to have otherwise holds nothing back, nor does what is to go: that waits in its turn.
func (v view) used(w Wait) bool {
	of := v.subs[w.In]
	if of == nil {
		return false
	}
	for _, r := range v.snapshot.sorted[w.In] {
		e := of.entries[r.ref.Name]
		if e != nil && e.refusal == nil && e.held.needs(w.Old) {
			return true
		}
	}
	return false
}

// arrived says whether all that the client holds and that is to name w.New does. What it does
// not hold at all takes no traffic.
func (v view) arrived(sub *subscription, w Wait) bool {
	by := v.subs[w.By]
	if by == nil { // a client that comes back asks for one type after the other
		return !sub.resumed || !v.within(v.since)
	}
	for _, r := range v.snapshot.sorted[w.By] {
		if !slices.Contains(r.needs, w.New) {
			continue
		}
		e := by.entries[r.ref.Name]
		if e != nil && e.held != nil && !e.held.needs(w.New) {
			return false
		}
	}
	return true
}

// refersTo says whether something that the client holds, other than trials, names a resource.
func (s *subscription) refersTo(ref Ref) bool {
	for _, e := range s.entries {
		if e.held.needs(ref) && !e.held.resource.isTrial {
			return true
		}
	}
	return false
}
