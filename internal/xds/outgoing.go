package xds

import (
	"maps"
	"slices"
	"time"
)

// put is one resource of a response.
type put struct {
	offer   *copied
	vary    Variation
	restore bool // it is what the client had before it refused another version
	alone   bool // it was refused in company, which may have been the reason
	again   bool // the client refused it before
}

// outgoing is a response that has not been sent.
type outgoing struct {
	typeURL string
	puts    []put
	drops   []string
	rest    []put  // state of the world: what the client has and is to keep
	version string // of all that it has once it accepts
	// patience is how long one cluster, sent alone after it was not answered, may take.
	patience time.Duration
}

// all says whether the response puts something, and each of that is so.
func (out *outgoing) all(so func(put) bool) bool {
	for _, p := range out.puts {
		if !so(p) {
			return false
		}
	}
	return len(out.puts) > 0
}

// outgoing is the response with these changes.
func (v view) outgoing(sub *subscription, puts []put, drops []string) *outgoing {
	out := &outgoing{typeURL: sub.typeURL, puts: puts, drops: drops}
	whole := !v.delta && awaitsAnswer(sub.typeURL)
	versions := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(sub.entries)) {
		e := sub.entries[name]
		c := e.held
		if e.answers() {
			c = e.offer
		}
		if c == nil || slices.Contains(drops, name) || !sub.covers(name) {
			continue
		}
		versions[name] = c.version
		if whole && c.resource != nil && !slices.ContainsFunc(puts, func(p put) bool { return p.offer.resource.ref.Name == name }) {
			out.rest = append(out.rest, put{offer: c, vary: v.variation(c.resource.ref, e)})
		}
	}
	for _, p := range puts {
		versions[p.offer.resource.ref.Name] = p.offer.version
	}
	out.version = v.snapshot.hash(sub.typeURL, versions)
	return out
}
