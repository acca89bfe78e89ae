package xds

import (
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

// client is one stream. Its mutex guards all below it.
type client struct {
	address string
	since   time.Time
	delta   bool   // else state of the world
	typeURL string // of a stream for one type; "" for all
	wake    chan struct{}
	sends   atomic.Uint64          // responses
	ran     uint64                 // the turn in which it was found to run what is served: for fleet.found
	names   []string               // of its certificate
	rule    *rule                  // by which it was admitted; for its own goroutine
	barred  atomic.Pointer[denied] // why it may not have the stream any more
	fit     func(string) string    // makes its words fit to be shown

	mu      sync.Mutex
	known   bool // the first request is there, and with it the node
	id      string
	cluster string // node.cluster
	envoy   string // its version
	unfit   string // why it cannot run what it is sent
	subs    map[string]*subscription
	nonces  int
	ranAll  bool // that was served, at some time
	// filtered is when it last answered about a filter that it did not have.
	filtered time.Time
	other    string // address of another Envoy with the same ID, both alive
}

func newClient(address, typeURL string, delta bool, now time.Time) *client {
	return &client{
		address: address, typeURL: typeURL, delta: delta, since: now,
		subs: map[string]*subscription{}, wake: make(chan struct{}, 1), fit: func(words string) string { return words },
	}
}

// poke makes the stream look again at what there is to send.
func (c *client) poke() {
	select {
	case c.wake <- struct{}{}:
	default: // it will
	}
}

// receive handles a request. The caller holds c.mu.
func (c *client) receive(req request, m *memory, now time.Time) (events []Event, err error) {
	if req.typeURL == "" {
		req.typeURL = c.typeURL
	}
	if err := req.check(); err != nil {
		return nil, err
	}
	if !c.known {
		if err := checkNode(req.node); err != nil {
			return nil, err
		}
		c.known, c.id, c.envoy = true, req.node.GetId(), envoyVersion(req.node)
		c.cluster, c.unfit = cut(req.node.GetCluster()), unfit(req.node)
		events = append(events, c.event(Event{Kind: Connected, Version: c.envoy, Unfit: c.unfit}))
	}
	sub := c.subs[req.typeURL]
	switch {
	case !slices.Contains(served, req.typeURL):
		return events, nil
	case sub == nil:
		c.subs[req.typeURL] = newSubscription(req, m)
		return events, c.subs[req.typeURL].check()
	case sub.stale(req):
		return events, nil
	}
	answered := sub.take(req.nonce, req.replaces)
	nack := req.nack
	if n := len(answered); n > 0 && req.replaces && req.version == answered[n-1].version && req.version != sub.version {
		// A state-of-the-world NACK of a version that it says it holds is a word about an
		// earlier response, held back while a cluster warmed (Envoy 1.40).
		nack = nil
	}
	if nack != nil && len(answered) > 0 { // what answers nothing, or comes too early, costs nothing
		words := c.fit(*nack)
		nack = &words
	}
	if sub.typeURL == resourcev3.ExtensionConfigType && slices.ContainsFunc(answered, sub.brings) {
		c.filtered = now
	}
	for _, r := range answered {
		switch {
		case nack != nil:
			// Which of several Envoy refused is not known: each is tried alone.
			events = append(events, c.refuse(sub, r, refusal{words: *nack, batch: len(answered) > 1}, m, now)...)
		case c.gaveUp(r, now):
			c.refuse(sub, r, silence("Envoy gave the name up, and is asked again", c.awaited(r)), m, now)
		default:
			events = append(events, c.accept(sub, r, m, now))
		}
	}
	return events, sub.ask(req)
}

func (c *client) accept(sub *subscription, r *response, m *memory, now time.Time) Event {
	for name, offered := range r.offers {
		e := sub.entries[name]
		if e == nil {
			continue // it does not ask for it any more
		}
		e.accept(offered, r.nonce, now)
		if e.empty() && (e.state == absent || !e.trial && m.snapshot().get(Ref{sub.typeURL, name}) == nil) {
			delete(sub.entries, name)
		}
		if offered != nil && offered.resource != nil {
			m.accepted(offered.resource)
		}
	}
	sub.version, sub.unknown = r.version, false
	return c.event(Event{Kind: Acked, TypeURL: sub.typeURL, Version: r.version, Nonce: r.nonce})
}

func (c *client) refuse(sub *subscription, r *response, why refusal, m *memory, now time.Time) (events []Event) {
	puts := 0
	for _, offered := range r.offers {
		if offered != nil {
			puts++
		}
	}
	why.batch = why.batch || puts > 1
	e := Event{Kind: Refused, TypeURL: sub.typeURL, Version: r.version, Words: why.words, Nonce: r.nonce, Again: true, Running: sub.version}
	for name, offered := range r.offers {
		entry := sub.entries[name]
		if entry == nil {
			continue
		}
		if offered == nil {
			if !why.silent {
				entry.refuse(why, r.nonce, now)
			}
			continue
		}
		if r.nonce != entry.nonce || !entry.answers() {
			continue // it was sent another one since, which is not answered
		}
		of := why
		of.version = offered.version
		if entry.held != nil && !why.silent {
			entry.vm++
		}
		e.Again = entry.refuse(of, r.nonce, now) && e.Again
		if !why.silent {
			m.refused(Ref{sub.typeURL, name}, offered.version)
			e.Names = append(e.Names, name)
		}
	}
	if why.silent {
		return nil
	}
	e.Again = e.Again && len(e.Names) > 0
	return []Event{c.event(e)}
}

// resumed says whether the client held resources when it connected.
func (c *client) resumed() bool {
	for _, sub := range c.subs {
		if sub.resumed {
			return true
		}
	}
	return false
}

// sending records that out is sent to the client, and returns its nonce.
func (c *client) sending(out *outgoing, now time.Time) (nonce string, event Event) {
	c.nonces++
	nonce = strconv.Itoa(c.nonces)
	sub := c.subs[out.typeURL]
	r := &response{nonce: nonce, at: now, offers: map[string]*copied{}, version: out.version, patience: out.patience}
	for _, p := range out.puts {
		name := p.offer.resource.ref.Name
		e := sub.entries[name]
		if e == nil {
			e = &entry{}
			sub.entries[name] = e
		}
		r.offers[name] = p.offer
		if e.refusal != nil {
			e.refusal.due = false
		}
		delete(sub.again, name)
		e.trial = p.offer.resource.isTrial
		e.put(p.offer, p.restore, nonce, now)
	}
	for _, name := range out.drops {
		r.offers[name] = nil
		e := sub.entries[name]
		if e.refusal != nil {
			e.refusal.due = false
		}
		e.drop(nonce, now)
	}
	update := (c.ranAll || sub.version != "" || c.resumed()) && !out.all(func(p put) bool { return p.restore })
	again := out.all(func(p put) bool { return p.again })
	sub.sent = append(sub.sent, r)
	sub.nonce, sub.blank = nonce, false
	return nonce, c.event(Event{
		Kind: Sent, TypeURL: out.typeURL, Version: out.version, Nonce: nonce, Update: update, Again: again,
	})
}

func (c *client) event(e Event) Event {
	e.Node, e.Address = c.id, c.address
	return e
}
