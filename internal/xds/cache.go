package xds

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

// cache answers go-control-plane's streams from the current snapshot, the same one for
// every Envoy. One rule holds for both protocols: a client is sent what differs from what
// it was last sent on this stream, or at the stream's start from what it says it has.
// What it thought of the last response does not matter, so a refused resource is not sent
// again until it changes.
type cache struct {
	refused func(nodeID, typeURL string) string // the version a node refused last, or ""

	mu      sync.Mutex
	current *Snapshot
	retired retired
	streams streams
	opened  uint64
}

var _ cachev3.Cache = (*cache)(nil)

func newCache(refused func(nodeID, typeURL string) string) *cache {
	return &cache{refused: refused, retired: retired{}, streams: streams{}}
}

// set makes s current and answers every watch that it concerns, type by type in s's order,
// so that each stream gets clusters before what refers to them.
func (c *cache) set(s *Snapshot) (changed []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	changed = s.Changed(c.current)
	c.retired.update(c.current, s)
	c.current = s
	waiting := map[string][]*watch{}
	for w := range c.streams.open() {
		waiting[w.typeURL] = append(waiting[w.typeURL], w)
	}
	for _, t := range changed {
		slices.SortFunc(waiting[t], func(a, b *watch) int { return cmp.Compare(a.seq, b.seq) })
		for _, w := range waiting[t] {
			c.answer(w)
		}
	}
	return changed
}

func (c *cache) get() *Snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current
}

// open answers at once where there is something to say, else keeps the watch, and answers
// what waited for it. The caller holds c.mu. The returned function ends the watch.
func (c *cache) open(w *watch) func() {
	c.opened++
	w.seq = c.opened
	c.streams.set(w, w)
	if c.current != nil && !c.answer(w) {
		if other := c.streams[w.stream][dependents[w.typeURL]]; isOpen(other) {
			c.answer(other)
		}
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.streams.end(w)
	}
}

// answer sends what there is to say to an open watch, and returns whether there was anything.
func (c *cache) answer(w *watch) bool {
	if w.typeURL == resourcev3.RouteType && c.streams.warming(w.stream) {
		return false
	}
	var keep retired
	if w.typeURL == resourcev3.ClusterType && c.streams.rerouting(w, c.current) {
		keep = c.retired
	}
	response := w.response(c.current, keep)
	if response == nil {
		return false
	}
	c.streams.set(w, nil)
	response()
	return true
}

// CreateWatch serves a state-of-the-world request.
func (c *cache) CreateWatch(req *discoveryv3.DiscoveryRequest, sub cachev3.Subscription, out chan cachev3.Response) (func(), error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	first := req.GetResponseNonce() == ""
	return c.open(&watch{stream: out, typeURL: req.GetTypeUrl(), response: func(s *Snapshot, keep retired) func() {
		d := diff(s, req.GetTypeUrl(), sub, keep)
		has := d.changed == nil && !d.removed
		if first && req.GetVersionInfo() != "" {
			has = d.version == req.GetVersionInfo() || d.version == c.refused(req.GetNode().GetId(), req.GetTypeUrl())
		}
		if has && !(first && req.GetVersionInfo() == "" && awaitsAnswer(req.GetTypeUrl())) {
			return nil
		}
		return func() { out <- d.stateOfTheWorld(req) }
	}}), nil
}

// CreateDeltaWatch serves an incremental request.
func (c *cache) CreateDeltaWatch(req *discoveryv3.DeltaDiscoveryRequest, sub cachev3.Subscription, out chan cachev3.DeltaResponse) (func(), error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	takeBack(out, req.GetTypeUrl())
	first := req.GetResponseNonce() == ""
	resumes := len(req.GetInitialResourceVersions()) > 0
	return c.open(&watch{stream: out, typeURL: req.GetTypeUrl(), resumes: resumes, response: func(s *Snapshot, keep retired) func() {
		d := diff(s, req.GetTypeUrl(), sub, keep)
		refusedBefore := first && resumes &&
			d.version == c.refused(req.GetNode().GetId(), req.GetTypeUrl())
		has := (d.changed == nil && d.gone == nil) || refusedBefore
		if has && !(first && !resumes && awaitsAnswer(req.GetTypeUrl())) {
			return nil
		}
		return func() { out <- d.delta(req) }
	}}), nil
}

// awaitsAnswer says whether Envoy's start waits for an answer about a type, an empty one
// if need be. A type that livefilter does not serve is never answered, so that no client
// can fill a stream's queue.
func awaitsAnswer(typeURL string) bool {
	return typeURL == resourcev3.ClusterType || typeURL == resourcev3.ListenerType
}

// takeBack removes responses of one type that were queued after the stream last looked:
// the request that it handles now is answered from the newest snapshot, and a client must
// not be sent the same resource twice (Envoy acknowledges a repeated resource unseen, even
// one it has refused). The stream's goroutine, which calls this, is the only receiver.
func takeBack(out chan cachev3.DeltaResponse, typeURL string) {
	for range len(out) {
		if r := <-out; r.GetDeltaRequest().GetTypeUrl() != typeURL {
			out <- r
		}
	}
}

// Fetch would serve REST polling, which livefilter does not offer.
func (c *cache) Fetch(context.Context, *cachev3.Request) (cachev3.Response, error) {
	return nil, errors.New("REST is not served: use gRPC")
}
