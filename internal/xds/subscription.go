package xds

import (
	"slices"
	"time"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	streamv3 "github.com/envoyproxy/go-control-plane/pkg/server/stream/v3"
)

// served are the types that livefilter serves, in the order in which an Envoy should get
// them. A request for another is not answered and costs nothing.
var served = []string{resourcev3.ClusterType, resourcev3.ListenerType, resourcev3.RouteType,
	resourcev3.ExtensionConfigType, resourcev3.SecretType}

// awaitsAnswer says whether Envoy's start waits for an answer about a type, an empty one
// if need be, and whether a request without names means all resources. A state-of-the-world
// response of such a type has all of them: what it leaves out is to be dropped.
func awaitsAnswer(typeURL string) bool {
	return typeURL == resourcev3.ClusterType || typeURL == resourcev3.ListenerType
}

// response is one that was sent and not answered.
type response struct {
	nonce    string
	at       time.Time
	offers   map[string]*copied // by name; nil: to drop it
	silent   bool               // its time to be answered is over
	patience time.Duration      // that time, of one cluster that was not answered before
	version  string             // of all that the client has once it accepts
}

// subscription is the one record of a type on a stream: what the client asks for, what it
// was sent, what it holds, and what it refused.
type subscription struct {
	typeURL string
	names   streamv3.Subscription
	resumed bool     // the client came with resources
	unknown bool     // nobody here knows which, until it accepts a response: that replaces them all
	first   []string // what it asked for when it came
	blank   bool     // it awaits an answer, an empty one if need be
	entries map[string]*entry
	sent    []*response     // not answered, the oldest first
	nonce   string          // of the latest response
	again   map[string]bool // names that it asked for again and must be sent again

	// What status shows of the type as a whole.
	version string // state of the world: version of the response accepted last
}

func newSubscription(req request, snapshots *memory) *subscription {
	s := &subscription{typeURL: req.typeURL, first: req.subscribe, entries: map[string]*entry{}, again: map[string]bool{}}
	legacy := awaitsAnswer(req.typeURL)
	if req.replaces {
		s.names = streamv3.NewSotwSubscription(req.subscribe, legacy)
	} else {
		s.names = streamv3.NewDeltaSubscription(req.subscribe, req.unsubscribe, nil, legacy)
	}
	s.resumed = len(req.versions) > 0 || req.version != ""
	s.blank = !s.resumed && legacy
	for name, version := range req.versions {
		if !s.covers(name) {
			continue
		}
		s.entries[name] = &entry{state: held, held: snapshots.copied(Ref{req.typeURL, name}, version)}
	}
	if req.version != "" {
		s.version = req.version
		for _, r := range snapshots.resources(req.typeURL, req.version, s.covers) {
			if s.covers(r.ref.Name) {
				s.entries[r.ref.Name] = &entry{state: held, held: &copied{r.version, r}}
			}
		}
	}
	s.unknown = s.resumed && req.replaces && len(s.entries) == 0
	return s
}

// covers says whether the client asks for a name.
func (s *subscription) covers(name string) bool {
	if s.names.IsWildcard() {
		return true
	}
	_, ok := s.names.SubscribedResources()[name]
	return ok
}

// ask takes the names of a later request.
func (s *subscription) ask(req request) error {
	if req.replaces {
		s.names.SetResourceSubscription(req.subscribe)
	} else {
		for _, name := range req.subscribe {
			// Asked for again, a resource is sent again: the client has forgotten it.
			if e := s.entries[name]; e != nil && e.held != nil && !e.answers() {
				s.again[name] = true
			}
		}
		s.names.UpdateResourceSubscriptions(req.subscribe, req.unsubscribe)
	}
	if s.names.IsWildcard() {
		return s.check()
	}
	for name := range s.entries {
		if !s.covers(name) {
			delete(s.entries, name) // it drops by itself what it does not ask for
			delete(s.again, name)
		}
	}
	if !req.replaces { // in state of the world an answer to them is awaited all the same
		s.sent = slices.DeleteFunc(s.sent, func(r *response) bool { return !s.awaits(r) })
	}
	return s.check()
}

// awaits says whether a response offers anything that the client still asks for.
func (s *subscription) awaits(r *response) bool {
	for name := range r.offers {
		if s.covers(name) {
			return true
		}
	}
	return len(r.offers) == 0
}

// check refuses more names than are served.
func (s *subscription) check() error {
	names := s.names.SubscribedResources()
	if len(names) > maxNames {
		return refuse("%d names of %s on one stream: at most %d are served", len(names), ShortType(s.typeURL), maxNames)
	}
	bytes := 0
	for name := range names {
		bytes += len(name)
	}
	if bytes > maxNameBytes {
		return refuse("names of %s with %d bytes on one stream: at most %d are kept", ShortType(s.typeURL), bytes, maxNameBytes)
	}
	return nil
}

// take removes and returns the responses that a request with a nonce answers: the one with the nonce,
// and in state of the world, where Envoy answers the latest only, those before it.
func (s *subscription) take(nonce string, replaces bool) (answered []*response) {
	i := slices.IndexFunc(s.sent, func(r *response) bool { return r.nonce == nonce })
	if nonce == "" || i < 0 {
		return nil
	}
	if replaces {
		answered, s.sent = s.sent[:i+1], slices.Clone(s.sent[i+1:])
		return answered
	}
	answered = []*response{s.sent[i]}
	s.sent = slices.Delete(slices.Clone(s.sent), i, i+1)
	return answered
}

// brings says whether a response offers what the client does not have in any version.
func (s *subscription) brings(r *response) bool {
	for name := range r.offers {
		if e := s.entries[name]; e != nil && e.held == nil {
			return true
		}
	}
	return false
}

// timely counts the unanswered responses whose time to be answered is not over.
func (s *subscription) timely() (n int) {
	for _, r := range s.sent {
		if !r.silent {
			n++
		}
	}
	return n
}

// stale says whether a state-of-the-world request is about a response before the latest,
// and so says nothing: Envoy sends another one once it has seen the later response.
func (s *subscription) stale(req request) bool {
	return req.replaces && req.nonce != "" && req.nonce != s.nonce &&
		!slices.ContainsFunc(s.sent, func(r *response) bool { return r.nonce == req.nonce })
}
