package xds

import (
	"maps"
	"slices"
	"time"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

const (
	// answerTime is how long an Envoy may take to answer before the status says so, and
	// before what it does not answer holds nothing back any more.
	answerTime = 5 * time.Second
	// What was refused is tried again after retryTime, then after twice that, and so on.
	retryTime, maxRetryTime = 2 * time.Second, time.Minute
	// maxUnanswered is how many responses of clusters may be unanswered: Envoy answers them
	// once all clusters are warm, and one that takes the cold one away must not wait for that.
	maxUnanswered = 4
)

// put is one resource of a response.
type put struct {
	offer   *copied
	vary    Variation
	restore bool // it is what the client had before it refused another version
	alone   bool // it was refused in company, which may have been the reason
}

// outgoing is a response that has not been sent.
type outgoing struct {
	typeURL string
	puts    []put
	drops   []string
	rest    []put  // state of the world: what the client has and is to keep
	version string // of all that it has once it accepts
}

// next is what is to be sent to the client now, nil for nothing. It changes nothing.
func (v view) next() *outgoing {
	for _, typeURL := range served {
		if sub := v.subs[typeURL]; sub != nil {
			if out := v.response(sub); out != nil {
				return out
			}
		}
	}
	return nil
}

func (v view) response(sub *subscription) *outgoing {
	switch {
	case sub.blank && sub.typeURL == resourcev3.ClusterType && v.typeURL == "":
		// Envoy's start waits until the clusters of its first response are warm, however long
		// that takes, and asks for nothing else. Those of the second it takes one by one.
		return v.outgoing(sub, nil, nil)
	case sub.typeURL == resourcev3.ClusterType && len(sub.sent) >= maxUnanswered,
		sub.typeURL != resourcev3.ClusterType && len(sub.sent) > 0 && (!v.delta || awaitsAnswer(sub.typeURL)):
		return nil
	}
	wants, holds := v.target(sub)
	var puts, alone []put
	for _, name := range slices.Sorted(maps.Keys(wants)) {
		p, ok := v.put(sub, wants[name])
		switch {
		case !ok:
		case p.alone:
			alone = append(alone, p)
		default:
			puts = append(puts, p)
		}
	}
	drops := v.drops(sub, wants, holds)
	if len(puts) == 0 && len(alone) > 0 && len(sub.sent) == 0 {
		puts = alone[:1]
	}
	if len(puts) > 1 && !awaitsAnswer(sub.typeURL) {
		puts = puts[:1] // a NACK is then about this one, and Envoy takes the others
	}
	if len(puts)+len(drops) == 0 && !(sub.blank && len(wants)+len(holds) == 0) {
		return nil
	}
	return v.outgoing(sub, puts, drops)
}

// target is what the client is to have of a type, by name. Of the names in holds it keeps
// what it has.
func (v view) target(sub *subscription) (wants map[string]*resource, holds map[string]bool) {
	wants, holds = map[string]*resource{}, map[string]bool{}
	for _, r := range v.snapshot.sorted[sub.typeURL] {
		if !sub.covers(r.ref.Name) {
			continue
		}
		for _, trial := range v.trials(sub, r) {
			wants[trial.ref.Name] = trial
		}
		if w := v.wanted(sub, r); w != nil {
			wants[r.ref.Name] = w
		} else {
			holds[r.ref.Name] = true
		}
	}
	return wants, holds
}

// put is what is to be sent so that the client gets to hold want; not ok is nothing.
func (v view) put(sub *subscription, want *resource) (p put, ok bool) {
	e := sub.entries[want.ref.Name]
	if e == nil {
		e = &entry{}
	}
	p = put{offer: &copied{want.version, want}, vary: v.variation(want.ref, e)}
	refused := e.refusal != nil && e.refusal.version == want.version
	switch {
	case e.state == restoring, e.state == dropping && refused, e.state == sent && e.offer.version == want.version:
		return p, false
	case e.answers() && sub.typeURL != resourcev3.ClusterType:
		return p, false
	case e.state == held && e.held.version == want.version:
		return p, slices.Contains(sub.again, want.ref.Name)
	case (e.state == nacked || e.state == restored) && refused:
		// What is not answered is taken back first: it keeps the others from being answered.
		if v.due(want.ref, e) && !(e.refusal.silent && e.state == nacked && !e.refusal.stuck) {
			p.alone = e.refusal.batch || e.refusal.silent
			return p, true
		}
		if e.state == nacked && v.restorable(want.ref, e) {
			p.restore, p.offer = true, v.before(want.ref, e)
			return p, true
		}
		return p, false
	case e.held == nil && v.memory.bad(want.ref, want.version):
		good := v.good(want.ref)
		if good != nil && (e.refusal == nil || e.refusal.version != good.version) { // then want, as an update
			p.offer = &copied{good.version, good}
		}
	}
	return p, true
}

// due says whether what the client refused is to be sent again now.
func (v view) due(ref Ref, e *entry) bool {
	r := e.refusal
	if r == nil || e.answers() || ref.TypeURL == resourcev3.ExtensionConfigType && !v.varies(ref) {
		return false // Envoy would acknowledge it unseen
	}
	if r.due || r.batch || v.atOnce(ref, e) {
		return true
	}
	wait := min(retryTime<<min(r.tries-1, 16), maxRetryTime)
	v.at(r.at.Add(wait))
	return v.now.Sub(r.at) >= wait
}

// atOnce says whether a refusal may lie in the VM, which refuses whatever comes once it
// failed in one worker: then there is a second try, in another VM.
func (v view) atOnce(ref Ref, e *entry) bool {
	return e.refusal != nil && e.refusal.tries == 1 && !e.refusal.silent && e.held != nil && v.varies(ref)
}

func (v view) varies(ref Ref) bool {
	r := v.snapshot.get(ref)
	return r != nil && r.vary != nil
}

// restorable says whether the client is to be sent again what it had: where Envoy takes the
// place of the old resource for lost, or has none at all and another Envoy has one.
func (v view) restorable(ref Ref, e *entry) bool {
	switch {
	case e.refusal == nil || e.refusal.stuck:
		return false
	case e.held == nil:
		good := v.good(ref)
		return good != nil && good.version != e.refusal.version
	case e.held.resource == nil:
		return false
	}
	return ref.TypeURL == resourcev3.ExtensionConfigType && e.held.resource.vary != nil || e.refusal.silent
}

// before is what the client had, or else what another Envoy has.
func (v view) before(ref Ref, e *entry) *copied {
	if e.held != nil {
		return e.held
	}
	good := v.good(ref)
	return &copied{good.version, good}
}

// good is what some Envoy accepted last, if all that it needs is still served.
func (v view) good(ref Ref) *resource {
	r := v.memory.lastGood(ref)
	if r == nil || slices.ContainsFunc(r.needs, func(need Ref) bool { return v.snapshot.get(need) == nil }) {
		return nil
	}
	return r
}

// drops are the names that a client which takes all of a type has and should not have.
//
// A resource asked for by name (a filter's config, a route) is left with whoever still uses
// it: Envoy answers 500 as soon as a filter's config is taken away, on connections of a
// listener that is draining too, and unsubscribes by itself when nothing refers to it.
func (v view) drops(sub *subscription, wants map[string]*resource, holds map[string]bool) (names []string) {
	if !sub.names.IsWildcard() {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(sub.entries)) {
		e := sub.entries[name]
		switch {
		case holds[name], e.state == dropping, e.held == nil && e.state != sent && e.state != nacked:
		case e.stays() && !v.due(Ref{sub.typeURL, name}, e):
		case wants[name] == nil && (sub.typeURL != resourcev3.ClusterType || e.trial || v.rerouted(sub)):
			names = append(names, name)
		case wants[name] != nil && e.state == nacked && e.refusal.silent && e.held == nil:
			names = append(names, name)
		}
	}
	return names
}

// outgoing is the response with these changes.
func (v view) outgoing(sub *subscription, puts []put, drops []string) *outgoing {
	out := &outgoing{typeURL: sub.typeURL, puts: puts, drops: drops}
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
		if c.resource != nil && !slices.ContainsFunc(puts, func(p put) bool { return p.offer.resource.ref.Name == name }) {
			out.rest = append(out.rest, put{offer: c, vary: v.variation(c.resource.ref, e)})
		}
	}
	for _, p := range puts {
		versions[p.offer.resource.ref.Name] = p.offer.version
	}
	out.version = hashVersions(versions)
	if v.delta || !awaitsAnswer(sub.typeURL) {
		out.rest = nil
	}
	return out
}

// variation is one that the client looks at. A process that came to this stream with nothing,
// and asked for everything, has refused nothing elsewhere.
func (v view) variation(ref Ref, e *entry) Variation {
	isNew := v.takesAll()
	for _, sub := range v.subs {
		isNew = isNew && !sub.resumed
	}
	return Variation{Salt: v.memory.saltOf(ref, isNew), VM: e.vm}
}
