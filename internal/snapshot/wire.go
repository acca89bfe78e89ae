package snapshot

import (
	"slices"
	"strings"

	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/proto"

	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/xds"
)

// Wire adds to resources, which Build made of c, what the wire has to know of them: what each
// needs, and what an Envoy gets that cannot have all of that.
func Wire(c *config.Config, resources []proto.Message) ([]xds.Resource, error) {
	w := wiring{c: c}
	out := make([]xds.Resource, len(resources))
	for i, r := range resources {
		out[i] = xds.Resource{Message: r}
		var err error
		switch typeURL := "type.googleapis.com/" + string(proto.MessageName(r)); typeURL {
		case resourcev3.ClusterType:
			w.cluster(&out[i])
		case resourcev3.ListenerType:
			w.listener(&out[i])
		case resourcev3.RouteType:
			w.route(&out[i])
		case resourcev3.ExtensionConfigType:
			err = w.filter(&out[i])
		case resourcev3.SecretType:
			base, _ := r.(*tlsv3.Secret)
			out[i].Vary = func(v xds.Variation) proto.Message { return varySecret(base, v) }
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

type wiring struct{ c *config.Config }

// discovered says whether filters are resources of their own.
func (w wiring) discovered() bool { return w.c.Listener.FilterConfig != "inline" }

func filterRef(name string) xds.Ref {
	return xds.Ref{TypeURL: resourcev3.ExtensionConfigType, Name: name}
}

func clusterRef(name string) xds.Ref { return xds.Ref{TypeURL: resourcev3.ClusterType, Name: name} }

// cluster needs the filters in its chain. One that stands for others has none; it waits until
// Envoy has these or cannot, and does with those that are there.
func (w wiring) cluster(r *xds.Resource) {
	name := cachev3.GetResourceName(r.Message)
	if together := strings.Split(name, ">"); len(together) > 1 {
		for _, upstream := range together {
			r.Needs = append(r.Needs, clusterRef(upstream))
		}
		r.Fit, r.Lingers = func(func(xds.Ref) bool) proto.Message { return r.Message }, groupLingers
		return
	}
	if !w.discovered() {
		return
	}
	for _, f := range w.c.Filters {
		if inCluster(f) {
			r.Needs = append(r.Needs, filterRef(resourceName(f)))
		} else { // it may come from the clusters, and runs there until it runs in the listener
			r.Waits = append(r.Waits, xds.Wait{Old: filterRef(upstreamName(f)), By: resourcev3.ListenerType, New: filterRef(f.Name)})
		}
	}
	r.Fit = func(has func(xds.Ref) bool) proto.Message {
		there := func(f config.Filter) bool { return has(filterRef(resourceName(f))) }
		return fitting(cluster(w.c, upstreamOf(w.c, name), there))
	}
}

// listener needs the filters in its chain. One that moves to the clusters' chains stays in the
// listener's until it is there.
func (w wiring) listener(r *xds.Resource) {
	if !w.discovered() {
		for _, f := range w.c.Filters {
			r.Needs = append(r.Needs, calls(f)...)
		}
		whole := r.Message // a port that opens with a filter that cannot call yet is better than none
		r.Fit = func(func(xds.Ref) bool) proto.Message { return whole }
		return
	}
	for _, f := range w.c.Filters {
		if inListener(f) {
			r.Needs = append(r.Needs, filterRef(f.Name))
			continue
		}
		r.Keeps = append(r.Keeps, filterRef(f.Name))
		r.Waits = append(r.Waits, xds.Wait{Old: filterRef(f.Name), By: resourcev3.ClusterType, New: filterRef(upstreamName(f))})
	}
	r.Fit = func(has func(xds.Ref) bool) proto.Message {
		return fitting(httpListener(w.c, func(f config.Filter) bool { return has(filterRef(f.Name)) }))
	}
}

// route needs the clusters that it leads to, and those that these stand for. It goes on to keep what
// a filter there looks at for as long as that is there: without it the filter is for all requests.
func (w wiring) route(r *xds.Resource) {
	for _, f := range w.c.Filters {
		if w.discovered() && inListener(f) && looksAtKept(f) {
			r.Waits = append(r.Waits, xds.Wait{Old: filterRef(upstreamName(f)), In: resourcev3.ClusterType})
		}
	}
	all := destinations(w.c, every[string])
	for _, d := range all {
		r.Needs = append(r.Needs, clusterRef(d.upstream.Name))
		if name := d.cluster(); name != d.upstream.Name {
			r.Needs = append(r.Needs, clusterRef(name))
		}
	}
	r.Fit = func(has func(xds.Ref) bool) proto.Message {
		there := func(cluster string) bool { return has(clusterRef(cluster)) }
		if !slices.ContainsFunc(all, func(d destination) bool { return there(d.upstream.Name) && there(d.cluster()) }) {
			return nil
		}
		return fitting(routeConfiguration(w.c, there))
	}
}

// fitting is what was built, unless it could not be.
func fitting[M proto.Message](m M, err error) proto.Message {
	if err != nil {
		return nil
	}
	return m
}
