package xds

import "slices"

// waits says whether the client would lose by r what it has nowhere else yet.
func (v view) waits(sub *subscription, r *resource) bool {
	return v.typeURL == "" && slices.ContainsFunc(r.waits, func(w Wait) bool {
		if !sub.refersTo(w.Old) {
			return false
		}
		by := v.subs[w.By]
		if by == nil { // a client that comes back asks for one type after the other
			return sub.resumed && v.within(v.since)
		}
		return !by.refersTo(w.New)
	})
}

// refersTo says whether something that the client holds, other than trials, names a resource.
func (s *subscription) refersTo(ref Ref) bool {
	for _, e := range s.entries {
		if e.held != nil && e.held.resource != nil && !e.held.resource.isTrial && slices.Contains(e.held.resource.needs, ref) {
			return true
		}
	}
	return false
}
