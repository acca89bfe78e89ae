package xds

import (
	"context"
	"log/slog"
	"sync"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/grpc/peer"
)

// tracker follows every stream and knows what each Envoy was sent, runs and refused.
// go-control-plane calls it from the streams' own loops; nothing in it blocks.
type tracker struct {
	log     *slog.Logger
	now     func() time.Time
	current func() *Snapshot
	notify  func(Event)

	mu       sync.Mutex
	streams  map[streamID]*stream
	refusals refusals
}

// streamID: go-control-plane counts the streams of each protocol from one.
type streamID struct {
	delta bool
	id    int64
}

type stream struct {
	typeURL string // of a stream for one type; "" for ADS
	node    *corev3.Node
	address string
	since   time.Time
	types   map[string]*subscription
}

func newTracker(log *slog.Logger, current func() *Snapshot, notify func(Event)) *tracker {
	return &tracker{
		log: log, now: time.Now, current: current, notify: notify,
		streams: map[streamID]*stream{}, refusals: newRefusals(),
	}
}

func (t *tracker) open(ctx context.Context, id streamID, typeURL string) {
	s := &stream{typeURL: typeURL, since: t.now(), types: map[string]*subscription{}}
	if p, ok := peer.FromContext(ctx); ok {
		s.address = p.Addr.String()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.streams[id] = s
}

func (t *tracker) closed(id streamID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.streams[id]
	delete(t.streams, id)
	if s != nil && s.node != nil {
		t.log.Info("envoy disconnected", "node", s.node.GetId(), "address", s.address)
		t.notify(Event{Kind: Disconnected, Node: s.node.GetId(), Address: s.address})
	}
}

// request is what both protocols have in common in a request.
type request struct {
	node        *corev3.Node
	typeURL     string
	nonce       string
	nack        *string
	subscribe   []string
	unsubscribe []string
	replaces    bool              // subscribe is the whole list, not an addition
	version     string            // state of the world: version held
	versions    map[string]string // incremental: versions held, at the stream's start
}

func (t *tracker) requested(id streamID, req request) {
	current := t.current() // before the lock: the cache calls refused with its own lock held
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.streams[id]
	if s == nil {
		return
	}
	if s.node == nil && req.node != nil {
		s.node = req.node
		t.log.Info("envoy connected", "node", s.node.GetId(), "address", s.address, "envoy", envoyVersion(s.node))
		t.notify(Event{Kind: Connected, Node: s.node.GetId(), Address: s.address})
	}
	if req.typeURL == "" {
		req.typeURL = s.typeURL
	}
	sub, known := s.types[req.typeURL]
	if !known {
		sub = &subscription{names: map[string]struct{}{}}
		s.types[req.typeURL] = sub
	}
	sub.subscribe(req, !known)
	if !known {
		t.resume(s, sub, req, current)
	}
	e := Event{Node: s.node.GetId(), Address: s.address, TypeURL: req.typeURL, Version: sub.sent, Update: sub.acked != ""}
	switch sub.answer(req.nonce, req.nack) {
	case accepted:
		e.Kind = Acked
		t.notify(e)
	case refusedFirst:
		t.refusals.add(e.Node, req.typeURL, refusal{sub.refused, sub.words, sub.rejected})
		e.Kind, e.Words, e.Running = Refused, sub.words, sub.acked
		t.notify(e)
	}
}

// resume takes what an Envoy says it has at a stream's start, and what it is remembered
// to have refused on an earlier stream.
func (t *tracker) resume(s *stream, sub *subscription, req request, current *Snapshot) {
	sub.has, sub.acked = req.versions, req.version
	if len(req.versions) > 0 {
		sub.acked = hashVersions(req.versions)
	}
	if current != nil {
		if wanted := sub.wanted(current, req.typeURL); req.version != "" && req.version == hashVersions(wanted) {
			sub.has = wanted
		}
	}
	sub.sent, sub.pending = sub.acked, sub.has
	if r, ok := t.refusals.get(s.node.GetId(), req.typeURL); ok {
		sub.refused, sub.words = r.version, r.words
		if sub.acked != "" { // else it is a new process, which has refused nothing
			sub.rejected = r.rejected
		}
	}
}

// refused returns the version of a type that a node refused last, or "".
func (t *tracker) refused(nodeID, typeURL string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, _ := t.refusals.get(nodeID, typeURL)
	return r.version
}

// response is what both protocols have in common in a response.
type response struct {
	typeURL, nonce, version string
	bytes                   int
	after                   func(has map[string]string) map[string]string // what the Envoy has once it accepts
}

func (t *tracker) sending(id streamID, r response) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.streams[id]
	if s == nil || s.types[r.typeURL] == nil {
		return
	}
	sub := s.types[r.typeURL]
	sub.sending(r.nonce, r.version, t.now(), r.after(sub.pending))
	t.notify(Event{
		Kind: Sent, Node: s.node.GetId(), Address: s.address, TypeURL: r.typeURL,
		Version: r.version, Update: sub.acked != "", Bytes: r.bytes,
	})
	t.log.Debug("sent", "node", s.node.GetId(), "type_url", r.typeURL, "version", r.version, "nonce", r.nonce)
}

// behind counts the answers that s makes Envoys owe that ran something before.
func (t *tracker) behind(s *Snapshot) (n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, str := range t.streams {
		for typeURL, sub := range str.types {
			if sub.behind(s, typeURL, true) {
				n++
			}
		}
		// Where routes change, new clusters come before them and old ones go after them.
		clusters, routes := str.types[resourcev3.ClusterType], str.types[resourcev3.RouteType]
		if clusters != nil && routes != nil && routes.behind(s, resourcev3.RouteType, true) &&
			clusters.behind(s, resourcev3.ClusterType, false) && clusters.drops(s) {
			n++
		}
	}
	return n
}
