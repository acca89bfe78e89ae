package xds

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"

	"github.com/livefilter/livefilter/internal/identity"
)

// rule says who may be which node. What a client may was found by the one that it has.
type rule struct {
	admit func(names []string, id, cluster string) error // nil: everybody may be anybody
}

// denies is why a client may not be that node, nil if it may.
func (r *rule) denies(names []string, id, cluster string) *denied {
	if r == nil || r.admit == nil {
		return nil
	}
	if err := r.admit(names, id, cluster); err != nil {
		return &denied{id: id, cluster: cluster, why: err}
	}
	return nil
}

// Admit makes admit say who may connect from now on, by the names of the certificate that a client
// shows and by its node; an id of "" asks whether it may use what else is served on the port. The
// error is what the client is told. nil lets everybody be anybody.
//
// A stream whose client may not any more is ended before it is sent anything else.
func (s *Server) Admit(admit func(names []string, id, cluster string) error) {
	r := &rule{admit}
	s.rule.Store(r)
	s.denials.drop(func(d Denial) bool { return r.denies(d.all, d.Node, d.Cluster) == nil })
	s.fleet.barred(func(c *client) bool { return r.denies(c.names, c.id, c.cluster) != nil })
	clients, _ := s.fleet.all(s.now())
	for _, c := range clients {
		if d := r.denies(c.names, c.id, c.cluster); d != nil {
			s.bar(c, d)
		}
		c.poke()
	}
	s.settle() // who may not come back does not stand against live
}

// barred drops those who left and may not come back.
func (f *fleet) barred(is func(*client) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gone = slices.DeleteFunc(f.gone, func(d *departed) bool { return is(d.client) })
}

// denied ends a stream whose client may not have it.
type denied struct {
	id, cluster string
	asked       string // the method, where that is none of discovery
	why         error
}

func (d *denied) Error() string { return d.why.Error() }
func (d *denied) GRPCStatus() *grpcstatus.Status {
	return grpcstatus.New(codes.PermissionDenied, d.Error())
}

// mayBe judges the node of a request: the first one, and any other that a later request carries.
// The stream stays that of the first.
func (s *Server) mayBe(c *client, n *corev3.Node) error {
	id, cluster := n.GetId(), n.GetCluster()
	switch {
	case c.known && (id == "" || id == c.id && cluster == c.cluster):
		return nil
	case !c.known && checkNode(n) != nil:
		return nil // it is refused for that
	}
	r := s.rule.Load()
	if d := r.denies(c.names, id, cluster); d != nil {
		return d
	}
	if !c.known {
		c.rule = r
		s.denials.drop(func(d Denial) bool { return d.Node == id && host(d.Address) == host(c.address) })
	}
	return nil
}

// bar keeps a client from having its stream any longer, which it does not count for from now on: it may
// take a while to end where the client takes nothing in.
func (s *Server) bar(c *client, d *denied) {
	if !c.barred.CompareAndSwap(nil, d) {
		return
	}
	s.fleet.mu.Lock()
	s.fleet.leave(c)
	s.fleet.mu.Unlock()
	s.deny(c.names, c.address, c.known, d)
}

// stillMay judges a client again where the rule is another one.
func (s *Server) stillMay(c *client) error {
	if d := c.barred.Load(); d != nil {
		return d
	}
	r := s.rule.Load()
	if r == c.rule || !c.known {
		return nil
	}
	if d := r.denies(c.names, c.id, c.cluster); d != nil {
		return d
	}
	c.rule = r
	return nil
}

// deny takes in that somebody may not have what it asked for. known: it was connected before.
func (s *Server) deny(names []string, address string, known bool, d *denied) {
	now := s.now()
	id := cut(d.id)
	if strings.ContainsFunc(id, unicode.IsControl) { // of a later request
		id = strconv.Quote(id)
	}
	news := s.denials.add(Denial{
		Names: shownNames(names), Address: address, Node: id, Cluster: cut(d.cluster), Asked: d.asked,
		Error: d.Error(), Last: now, Kept: known, all: names,
	})
	if before, ok := s.denials.lines.Allow(denialKey(names, address, d.id, d.Error()), now); ok && news {
		s.log.Warn("client denied", "node", id, "address", address, "names", shownNames(names), "err", d, "before", before)
	}
	s.notify(Event{Kind: Denied, Node: id, Address: address, Words: d.Error()})
}

// callerNames are the names of the certificate of an RPC's client.
func callerNames(ctx context.Context) []string {
	c, _ := identity.Caller(ctx)
	return c.Names
}

// maxCertNames is how many names of a certificate are shown.
const maxCertNames = 100

func shownNames(names []string) []string { return slices.Clip(names[:min(len(names), maxCertNames)]) }
