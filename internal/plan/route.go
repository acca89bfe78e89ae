package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/proto"
)

// route says what becomes of the route configuration, which the listener refers to (RDS).
func route(was, is proto.Message, beforeAll, afterAll set) (Change, error) {
	before, hadIt := was.(*routev3.RouteConfiguration)
	after, hasIt := is.(*routev3.RouteConfiguration)
	switch {
	case !hadIt:
		return Change{Resource: "route " + after.GetName(), Effect: "added"}, nil
	case !hasIt:
		return Change{Resource: "route " + before.GetName(), Effect: "removed"}, nil
	}
	c := Change{Resource: "route " + after.GetName(), Effect: "replaced, no drain: the next request takes it"}
	c.Details = differ(c.Details, "upstreams", destinations(before), destinations(after))
	c.Details = differ(c.Details, "Host header", host(before), host(after))
	c.Details = differ(c.Details, "retry", retry(before), retry(after))
	c.Details = differ(c.Details, "timeout", timeouts(before), timeouts(after))
	if len(c.Details) == 0 {
		c.Details = differ(c.Details, "WebSockets in HTTP/1.1", webSockets(before), webSockets(after))
	}
	if !slices.EqualFunc(misspelled(before), misspelled(after), func(a, b *routev3.Route) bool { return proto.Equal(a, b) }) {
		c.Details = append(c.Details, "other spellings of the paths that match names get 400")
	}
	c.Details = orOther(c.Details)
	return c, nil
}

// all are the routes of every virtual host that lead to upstreams.
func all(c *routev3.RouteConfiguration) []*routev3.Route {
	return those(c, func(r *routev3.Route) bool { return r.GetRoute() != nil })
}

// misspelled are the routes that answer other spellings of the paths that match names.
func misspelled(c *routev3.RouteConfiguration) []*routev3.Route {
	return those(c, func(r *routev3.Route) bool { return r.GetDirectResponse() != nil })
}

func those(c *routev3.RouteConfiguration, are func(*routev3.Route) bool) (routes []*routev3.Route) {
	for _, v := range c.GetVirtualHosts() {
		for _, r := range v.GetRoutes() {
			if are(r) {
				routes = append(routes, r)
			}
		}
	}
	return routes
}

// host says what becomes of Host.
func host(c *routev3.RouteConfiguration) string {
	kept, rewritten := false, false
	for _, r := range all(c) {
		if a := r.GetRoute(); !a.GetAutoHostRewrite().GetValue() && a.GetHostRewriteLiteral() == "" {
			kept = true
		} else {
			rewritten = true
		}
	}
	switch {
	case kept && rewritten:
		return "the upstream's, but where a filter sets it"
	case kept:
		return "as the client or a filter sets it"
	}
	return "the upstream's"
}

// retry says which responses make Envoy send a request again. What it sends again in any case,
// since no upstream answered, needs no words.
func retry(c *routev3.RouteConfiguration) string {
	var tries int
	where, statuses := "", ""
	whose := "any request"
	for _, r := range all(c) {
		p := r.GetRoute().GetRetryPolicy()
		if p.GetRetryPriority() != nil {
			where = ", each at another upstream"
		}
		if codes := p.GetRetriableStatusCodes(); len(codes) > 0 || len(p.GetRetriableHeaders()) > 0 {
			tries, statuses = int(p.GetNumRetries().GetValue())+1, cmp.Or(inWords(codes), "statuses of gRPC")
		} else {
			whose = "idempotent requests"
		}
	}
	if statuses == "" {
		return "none"
	}
	return fmt.Sprintf("%d tries of %s on %s%s", tries, whose, statuses, where)
}

// inWords are statuses as the config has them: a class in one word.
func inWords(codes []uint32) string {
	of := map[uint32][]string{}
	for _, code := range codes {
		of[code/100] = append(of[code/100], fmt.Sprint(code))
	}
	var words []string
	for _, class := range slices.Sorted(maps.Keys(of)) {
		if len(of[class]) == 100 {
			of[class] = []string{fmt.Sprintf("%dxx", class)}
		}
		words = append(words, of[class]...)
	}
	return strings.Join(words, ", ")
}

// timeouts are those that bound requests, by upstream.
func timeouts(c *routev3.RouteConfiguration) string {
	var some []string
	for _, r := range all(c) {
		if d := r.GetRoute().GetTimeout(); d.AsDuration() > 0 {
			some = append(some, duration(d)+" for "+upstream(r))
		}
	}
	return none(strings.Join(slices.Compact(some), ", "))
}

// webSockets are the upstreams to which they have a route of their own.
func webSockets(c *routev3.RouteConfiguration) string {
	var some []string
	for _, r := range all(c) {
		if slices.ContainsFunc(r.GetMatch().GetHeaders(), func(h *routev3.HeaderMatcher) bool { return h.GetName() == "upgrade" }) {
			some = append(some, upstream(r))
		}
	}
	return none(strings.Join(slices.Compact(some), ", "))
}

// clusters are those that routes lead to, the one for requests that no other route takes first.
func clusters(c *routev3.RouteConfiguration) (names []string) {
	for _, r := range slices.Backward(all(c)) {
		if name := upstream(r); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// upstream is the one that requests of a route go to, at first where they may go on to others.
func upstream(r *routev3.Route) string { return first(r.GetRoute().GetCluster()) }

// first is the upstream that a cluster stands for: of a>b that a request goes to first.
func first(cluster string) string {
	name, _, _ := strings.Cut(cluster, ">")
	return name
}

// destinations are the upstreams that requests go to, with what of a request is looked at.
func destinations(c *routev3.RouteConfiguration) string {
	of := map[string]string{}
	for _, r := range all(c) {
		if looked := lookedAt(r.GetMatch()); !strings.Contains(of[upstream(r)], looked) {
			of[upstream(r)] += looked
		}
	}
	names := clusters(c)
	for i, name := range names {
		names[i] += of[name]
	}
	return strings.Join(names, ", ")
}

// lookedAt is the path and the host of requests for a route, "" for any.
func lookedAt(m *routev3.RouteMatch) string {
	path := m.GetPath()
	switch {
	case m.GetPrefix() != "" && m.GetPrefix() != "/":
		path = m.GetPrefix() + "*"
	case m.GetSafeRegex() != nil:
		path = listed(m.GetSafeRegex().GetRegex())
	}
	for _, h := range m.GetHeaders() {
		if h.GetName() == ":authority" {
			path = strings.TrimSpace(path + " on " + listed(h.GetStringMatch().GetSafeRegex().GetRegex()))
		}
	}
	if path == "" {
		return ""
	}
	return " (" + path + ")"
}

// listed is what the config has where the route has an expression (snapshot.routeMatch).
func listed(expression string) string {
	expression = strings.TrimSuffix(strings.TrimPrefix(expression, "(?i)("), ")(:[0-9]+)?")
	return strings.NewReplacer(`\`, "", ".*", "*", "|", ", ").Replace(expression)
}

// takesTraffic says whether a route leads to the cluster.
func (s set) takesTraffic(cluster string) bool {
	for _, c := range s[resourcev3.RouteType].byName {
		if c, ok := c.(*routev3.RouteConfiguration); ok && slices.Contains(clusters(c), first(cluster)) {
			return true
		}
	}
	return false
}
