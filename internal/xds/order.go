package xds

import (
	"iter"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

// A route to a cluster that is not there answers 503. So on each stream of all types new
// clusters come first, then the routes, then old clusters go: the routes wait until the
// clusters are acknowledged, which Envoy does once they have warmed (1.40 holds the
// acknowledgement back until it has their addresses), and a cluster that is gone from the
// snapshot is kept until the new routes are acknowledged.

// dependents are the types that wait for another's answer.
var dependents = map[string]string{
	resourcev3.ClusterType: resourcev3.RouteType,
	resourcev3.RouteType:   resourcev3.ClusterType,
}

// watch is one client's wait for one type.
type watch struct {
	stream  any // the channel of its responses: the same for all types of an ADS stream
	typeURL string
	seq     uint64
	resumes bool // the client comes with what it had from another stream
	// response returns what sends the client what it lacks, nil if it lacks nothing.
	response func(s *Snapshot, keep retired) func()
}

// streams has the types that each stream asked for: a watch while the client waits, nil
// while a response is not answered, ended between two requests and after the last.
type streams map[any]map[string]*watch

var ended = &watch{}

func isOpen(w *watch) bool { return w != nil && w != ended }

// set makes the state of w's type on its stream is.
func (s streams) set(w, is *watch) {
	if s[w.stream] == nil {
		s[w.stream] = map[string]*watch{}
	}
	s[w.stream][w.typeURL] = is
}

// end ends w. A stream all of whose watches have ended is forgotten.
func (s streams) end(w *watch) {
	s.set(w, ended)
	for _, w := range s[w.stream] {
		if w != ended {
			return
		}
	}
	delete(s, w.stream)
}

// open are all watches that wait.
func (s streams) open() iter.Seq[*watch] {
	return func(yield func(*watch) bool) {
		for _, types := range s {
			for _, w := range types {
				if isOpen(w) && !yield(w) {
					return
				}
			}
		}
	}
}

// warming says whether a stream has clusters to acknowledge.
func (s streams) warming(stream any) bool {
	clusters, asked := s[stream][resourcev3.ClusterType]
	return asked && !isOpen(clusters)
}

// rerouting says whether the client that asks for clusters has not got, or not acknowledged,
// the routes of snapshot. One that comes with clusters has routes too, and will ask for them.
func (s streams) rerouting(clusters *watch, snapshot *Snapshot) bool {
	routes, asked := s[clusters.stream][resourcev3.RouteType]
	if !asked {
		return clusters.resumes
	}
	return !isOpen(routes) || routes.response(snapshot, nil) != nil
}

// retired are the clusters that were served once and are no more, by name.
type retired map[string]*discoveryv3.Resource

// update takes the step from one snapshot, which may be nil, to the next.
func (r retired) update(was, is *Snapshot) {
	if was != nil {
		for name, cluster := range was.byType[resourcev3.ClusterType] {
			r[name] = cluster
		}
	}
	for name := range is.byType[resourcev3.ClusterType] {
		delete(r, name)
	}
}
