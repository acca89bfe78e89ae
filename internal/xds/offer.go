package xds

import (
	"slices"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

// put returns what to send so that the client comes to hold want; ok is false for nothing.
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
		return p, sub.again[want.ref.Name]
	case (e.state == nacked || e.state == restored) && refused:
		// What is not answered is taken back first: it keeps the others from being answered.
		if v.due(want.ref, e) && !(e.refusal.silent && e.state == nacked && !e.refusal.stuck) {
			p.alone, p.again = e.refusal.batch || e.refusal.silent, true
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

// due says whether a resource that the client sent a NACK for is to be sent again now.
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

// atOnce says whether a NACK may have its cause in the VM: one that failed in one worker refuses
// every later config. Then there is a second try, in another VM.
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

// before returns what the client had, or else what another Envoy has.
func (v view) before(ref Ref, e *entry) *copied {
	if e.held != nil {
		return e.held
	}
	good := v.good(ref)
	return &copied{good.version, good}
}

// good returns the version that some Envoy accepted last, where everything that it needs is still
// served.
func (v view) good(ref Ref) *resource {
	r := v.memory.lastGood(ref)
	if r == nil || slices.ContainsFunc(r.needs, func(need Ref) bool { return v.snapshot.get(need) == nil }) {
		return nil
	}
	return r
}

// variation is one that the client looks at. A process that came to this stream with nothing,
// and asked for everything, has refused nothing elsewhere.
func (v view) variation(ref Ref, e *entry) Variation {
	isNew := v.takesAll() && !v.resumed()
	return Variation{Salt: v.memory.saltOf(ref, isNew), VM: e.vm}
}
