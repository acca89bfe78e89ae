package xds

import (
	"context"
	"maps"
	"slices"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

// difference is what a client lacks of one type.
type difference struct {
	version string                  // of all that it subscribes to
	all     []*discoveryv3.Resource // all that it subscribes to, by name
	changed []*discoveryv3.Resource // of these, what it has not got
	gone    []string                // what it has and should drop
	removed bool                    // gone is not empty
	next    map[string]string       // versions it has after the response
}

// diff compares the snapshot with what a client has.
//
// Only a wildcard subscription is told of a removal. A resource asked for by name (a
// filter's config, a route) is left with whoever still uses it: Envoy answers 500 as soon
// as a filter's config is taken away, on connections of a listener that is draining too,
// and unsubscribes by itself when nothing refers to it.
//
// Where keep is not nil nothing is gone yet; it has what a state-of-the-world client is to
// be sent again.
func diff(s *Snapshot, typeURL string, sub cachev3.Subscription, keep retired) difference {
	has := sub.ReturnedResources()
	var names map[string]struct{}
	if !sub.IsWildcard() {
		names = sub.SubscribedResources()
	}
	d := difference{next: s.versions(typeURL, names)}
	for _, name := range slices.Sorted(maps.Keys(d.next)) {
		r := s.byType[typeURL][name]
		d.all = append(d.all, r)
		if has[name] != r.GetVersion() {
			d.changed = append(d.changed, r)
		}
	}
	for name, version := range has {
		if _, ok := d.next[name]; ok {
			continue
		}
		if sub.IsWildcard() && keep != nil {
			d.next[name] = version
			if r := keep[name]; r != nil {
				d.all = append(d.all, r)
			}
		} else if sub.IsWildcard() {
			d.gone = append(d.gone, name)
		} else if _, ok := names[name]; ok {
			d.next[name] = version
		}
	}
	d.version = hashVersions(d.next)
	slices.Sort(d.gone)
	d.removed = len(d.gone) > 0
	return d
}

func (d difference) delta(req *discoveryv3.DeltaDiscoveryRequest) cachev3.DeltaResponse {
	return &cachev3.DeltaPassthroughResponse{
		DeltaRequest:   req,
		NextVersionMap: d.next,
		DeltaDiscoveryResponse: &discoveryv3.DeltaDiscoveryResponse{
			TypeUrl:           req.GetTypeUrl(),
			SystemVersionInfo: d.version,
			Resources:         d.changed,
			RemovedResources:  d.gone,
		},
	}
}

func (d difference) stateOfTheWorld(req *discoveryv3.DiscoveryRequest) cachev3.Response {
	resources := make([]*anypb.Any, len(d.all))
	for i, r := range d.all {
		resources[i] = r.GetResource()
	}
	return &sotwResponse{
		PassthroughResponse: cachev3.PassthroughResponse{
			Request:           req,
			ReturnedResources: d.next,
			DiscoveryResponse: &discoveryv3.DiscoveryResponse{
				TypeUrl:     req.GetTypeUrl(),
				VersionInfo: d.version,
				Resources:   resources,
			},
		},
		ctx: context.WithValue(context.Background(), versionsKey{}, d.next),
	}
}

// sotwResponse carries the versions of its resources, which a state-of-the-world response
// has no room for, to the callback that sees it sent.
type sotwResponse struct {
	cachev3.PassthroughResponse

	ctx context.Context
}

type versionsKey struct{}

func (r *sotwResponse) GetContext() context.Context { return r.ctx }
