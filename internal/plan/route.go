package plan

import (
	"fmt"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/proto"
)

// route says what becomes of the route configuration, which the listener refers to (RDS).
func route(was, is proto.Message, _, _ set) (Change, error) {
	before, hadIt := was.(*routev3.RouteConfiguration)
	after, hasIt := is.(*routev3.RouteConfiguration)
	switch {
	case !hadIt:
		return Change{Resource: "route " + after.GetName(), Effect: "added"}, nil
	case !hasIt:
		return Change{Resource: "route " + before.GetName(), Effect: "removed"}, nil
	}
	c := Change{Resource: "route " + after.GetName(), Effect: "replaced, no drain: the next request takes it"}
	c.Details = differ(c.Details, "Host header", host(before), host(after))
	c.Details = differ(c.Details, "retry", retry(before), retry(after))
	c.Details = orOther(c.Details)
	return c, nil
}

// first is the route that most requests take: others differ from it by retry alone.
func first(c *routev3.RouteConfiguration) *routev3.Route {
	for _, v := range c.GetVirtualHosts() {
		for _, r := range v.GetRoutes() {
			return r
		}
	}
	return nil
}

func host(c *routev3.RouteConfiguration) string {
	if a := first(c).GetRoute(); a.GetAutoHostRewrite().GetValue() || a.GetHostRewriteLiteral() != "" {
		return "the upstream's"
	}
	return "as the client or a filter sets it"
}

func retry(c *routev3.RouteConfiguration) string {
	r := first(c)
	p := r.GetRoute().GetRetryPolicy()
	if p == nil {
		return "none"
	}
	whose := "any request"
	if len(r.GetMatch().GetHeaders()) > 0 {
		whose = "idempotent requests"
	}
	return fmt.Sprintf("%d tries of %s on %s", p.GetNumRetries().GetValue()+1, whose, count(len(p.GetRetriableStatusCodes()), "status", "es"))
}

// takesTraffic says whether a route leads to the cluster.
func (s set) takesTraffic(cluster string) bool {
	for _, c := range s[resourcev3.RouteType].byName {
		if c, ok := c.(*routev3.RouteConfiguration); ok && first(c).GetRoute().GetCluster() == cluster {
			return true
		}
	}
	return false
}
