package xds

import (
	"cmp"
	"slices"
	"time"
)

// nodes returns every connected Envoy, by ID and address. Streams of one Envoy that takes
// each type on a stream of its own count as one node: they share a connection.
func (t *tracker) nodes(s *Snapshot) []Node {
	t.mu.Lock()
	defer t.mu.Unlock()
	type key struct{ id, address string }
	byKey := map[key]*Node{}
	for _, str := range t.streams {
		if str.node == nil {
			continue
		}
		k := key{str.node.GetId(), str.address}
		if byKey[k] == nil {
			byKey[k] = &Node{ID: k.id, Address: k.address, Envoy: envoyVersion(str.node), Since: str.since}
		}
		byKey[k].Resources = append(byKey[k].Resources, str.resources(s, t.now())...)
	}
	nodes := make([]Node, 0, len(byKey))
	for _, n := range byKey {
		n.finish(s)
		nodes = append(nodes, *n)
	}
	slices.SortFunc(nodes, func(a, b Node) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Address, b.Address))
	})
	return nodes
}

// resources leaves out types that livefilter does not serve, and names nobody asks for now.
func (str *stream) resources(s *Snapshot, now time.Time) []Resource {
	var out []Resource
	for typeURL, sub := range str.types {
		if slices.Contains(s.types, typeURL) && (sub.wildcard || len(sub.names) > 0) {
			out = append(out, sub.status(s, typeURL, now))
		}
	}
	return out
}

// finish orders n's resources and decides whether n is live. An Envoy that takes its
// listeners or clusters from here must run every type that is served: the filter is not
// live before the listener that uses it is.
func (n *Node) finish(s *Snapshot) {
	full := slices.ContainsFunc(n.Resources, func(r Resource) bool { return awaitsAnswer(r.TypeURL) })
	for _, t := range s.types {
		if full && !slices.ContainsFunc(n.Resources, func(r Resource) bool { return r.TypeURL == t }) {
			n.Resources = append(n.Resources, Resource{TypeURL: t, Served: hashVersions(s.versions(t, nil))})
		}
	}
	slices.SortFunc(n.Resources, func(a, b Resource) int {
		return cmp.Compare(slices.Index(s.types, a.TypeURL), slices.Index(s.types, b.TypeURL))
	})
	n.Live = len(n.Resources) > 0
	for _, r := range n.Resources {
		n.Live = n.Live && r.live()
	}
}
