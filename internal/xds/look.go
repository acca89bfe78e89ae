package xds

import (
	"cmp"
	"slices"
	"time"
)

// Counts are those of Fleet, by what each stream was found to run when it last had nothing to
// send: the Envoys that are connected, those of them that run what is served, and those that
// left, count and do not run it.
func (s *Server) Counts() (connected, running, gone int) { return s.fleet.count(s.now()) }

// Connected says whether an Envoy that has said who it is connects from address.
func (s *Server) Connected(address string) bool {
	s.fleet.mu.RLock()
	defer s.fleet.mu.RUnlock()
	return s.fleet.streams[address] > 0
}

// Fleet returns the Envoys, compared with what is served.
func (s *Server) Fleet() Fleet {
	out := Fleet{Expect: s.fleet.options.Expect, Nodes: []Node{}}
	snapshot := s.memory.snapshot()
	if snapshot == nil {
		return out
	}
	out.Version = snapshot.Version
	now := s.now()
	clients, gone := s.fleet.all(now)
	nodes := make(byAddress, len(clients))
	for _, c := range clients {
		c.mu.Lock()
		if c.known {
			nodes.add(s.view(c, snapshot), Node{Counts: true})
		}
		c.mu.Unlock()
	}
	left := make(byAddress, len(gone))
	for _, d := range gone {
		d.mu.Lock()
		left.add(s.view(d.client, snapshot), Node{Left: d.left, Counts: now.Sub(d.left) < s.fleet.options.GoneAfter})
		d.mu.Unlock()
	}
	for _, n := range nodes {
		out.Connected++
		if n.Live {
			out.Running++
		}
		out.Nodes = append(out.Nodes, *n)
	}
	slices.SortFunc(out.Nodes, byID)
	nodes.twins(out.Nodes, now)
	for _, n := range left {
		if n.Counts && !n.Live {
			out.Gone++
		}
		out.Nodes = append(out.Nodes, *n)
	}
	slices.SortFunc(out.Nodes[out.Connected:], byID)
	out.Live = out.Connected > 0 && out.Running == out.Connected && out.Gone == 0 && out.Running >= out.Expect
	return out
}

func byID(a, b Node) int {
	return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Address, b.Address))
}

// byAddress are Envoys by ID and address. Streams of one Envoy that takes each type on a stream
// of its own share a connection.
type byAddress map[[2]string]*Node

// add enters what one stream says into the node of its Envoy.
func (nodes byAddress) add(v view, n Node) {
	key := [2]string{v.id, v.client.address}
	if nodes[key] == nil {
		n.Cluster, n.Names = v.cluster, shownNames(v.names)
		n.ID, n.Address, n.Envoy, n.Since, n.Live, n.Other, n.Unfit = v.id, v.client.address, v.envoy, v.since, true, v.other, v.unfit
		nodes[key] = &n
	}
	nodes[key].Resources = append(nodes[key].Resources, v.resources()...)
	nodes[key].Live = nodes[key].Live && v.live()
}

// twins sets Other in nodes, which are sorted, and connected: of one whose twin left, or that
// stands beside another one with its ID for so long that one of them would have been noticed
// as gone, had it taken the other's place.
func (nodes byAddress) twins(sorted []Node, now time.Time) {
	for i := range sorted {
		n := &sorted[i]
		if nodes[[2]string{n.ID, n.Other}] == nil {
			n.Other = ""
		}
		for _, j := range []int{i - 1, i + 1} {
			if n.Other == "" && j >= 0 && j < len(sorted) && sorted[j].ID == n.ID &&
				now.Sub(n.Since) > deadTime && now.Sub(sorted[j].Since) > deadTime {
				n.Other = sorted[j].Address
			}
		}
	}
}

// view returns the view of a client as of now.
func (s *Server) view(c *client, snapshot *Snapshot) view {
	return view{client: c, memory: s.memory, snapshot: snapshot, now: s.now(), soonest: &time.Time{}}
}
