package plan

import (
	"maps"
	"slices"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/proto"
)

// place is where a filter runs, and how it gets there.
type place int

const (
	nowhere  place = iota
	listened       // in the listener, as a resource of its own
	tried          // in the cluster, where it sees each try of a request, as a resource of its own
	inlined        // in either, as a part of it
)

// travels are the effects of a change of place.
var travels = map[[2]place]string{
	{nowhere, listened}: "added, runs as soon as the listener's new filter chain does",
	{nowhere, tried}:    "added, runs as soon as the new cluster does",
	{listened, nowhere}: "removed, runs until the listener's old filter chain is gone",
	{tried, nowhere}:    "removed, runs until the old cluster is gone",
	{listened, tried}: "moves from the listener to the upstream, where it sees each try; " +
		"requests on connections open now pass it twice, until these have drained",
	{tried, listened}: "moves from the upstream to the listener; " +
		"requests on connections open now go past it, until these have drained",
	{listened, inlined}: "now a part of the listener, no longer a resource of its own",
	{tried, inlined}:    "now a part of its chain, no longer a resource of its own",
	{inlined, listened}: "now a resource of its own, no longer a part of the listener",
	{inlined, tried}:    "now a resource of its own, no longer a part of its chain",
}

// filter says what becomes of a filter that is a resource of its own (ECDS). Envoy puts the
// new one in the place of the old one under connections that are open: requests under way
// end with the filter that they began with.
func filter(was, is proto.Message, before, after set) (Change, error) {
	full := is
	if is == nil {
		full = was
	}
	name := shortName(full.(*corev3.TypedExtensionConfig).GetName())
	from, to := before.place(name), after.place(name)
	if name == full.(*corev3.TypedExtensionConfig).GetName() && (from == tried || to == tried) {
		return Change{}, nil // it is there for other Envoys: the one that the cluster takes speaks for both
	}
	c := Change{Resource: "filter " + name, Effect: travels[[2]place{from, to}]}
	old, now := before.filter(name), after.filter(name)
	if old == nil || now == nil {
		return c, nil
	}
	b, err := readPlugin(old.GetTypedConfig())
	if err != nil {
		return c, err
	}
	a, err := readPlugin(now.GetTypedConfig())
	if err != nil {
		return c, err
	}
	c.Details = b.differs(a)
	switch {
	case from != to:
	case b.native != nil || a.native != nil:
		c.Effect = "replaced in place, no drain"
		c.Details = orOther(c.Details)
	case b.vmID != a.vmID && b.code == a.code:
		c.Effect = "started in another VM that knows nothing of what the old one remembered, no drain"
	case b.vmID != a.vmID:
		c.Effect = "code swapped in a new VM that knows nothing of what the old one remembered, no drain"
	case b.code == a.code && !maps.Equal(b.env, a.env):
		c.Effect = "started in a new VM, no drain"
	case b.code != a.code:
		c.Effect = "code swapped in a new VM, no drain"
	default:
		c.Effect = "reconfigured in place, no drain"
		c.Details = orOther(c.Details)
	}
	return c, nil
}

// filter returns the resource of that name, or nil.
func (s set) filter(name string) *corev3.TypedExtensionConfig {
	f, _ := s[resourcev3.ExtensionConfigType].byName[name].(*corev3.TypedExtensionConfig)
	return f
}

func (s set) place(name string) place {
	switch {
	case s.filter(name+eachTry) != nil:
		return tried
	case s.filter(name) != nil:
		return listened
	case slices.ContainsFunc(s.chains(), func(c chain) bool { return c.find(name).GetTypedConfig() != nil }):
		return inlined
	}
	return nowhere
}

// chains are those of all listeners and clusters, as far as they can be read.
func (s set) chains() (all []chain) {
	for _, l := range s[resourcev3.ListenerType].byName {
		if l, ok := l.(*listenerv3.Listener); ok {
			m, _ := manager(l)
			all = append(all, newChain(m.GetHttpFilters()))
		}
	}
	for _, l := range s[resourcev3.ClusterType].byName {
		if l, ok := l.(*clusterv3.Cluster); ok {
			o, _ := clusterHTTP(l)
			all = append(all, newChain(o.GetHttpFilters()))
		}
	}
	return all
}
