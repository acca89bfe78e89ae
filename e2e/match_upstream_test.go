package e2e

import (
	"cmp"
	"fmt"
	"net/http"
	"testing"
)

// matchedUpstreams is a config with one upstream for each of match, "" for none.
func (s *stack) matchedUpstreams(filters string, backends []*backend, match ...string) string {
	var upstreams []string
	for i, b := range backends {
		upstreams = append(upstreams, b.yaml(match[i]))
	}
	return s.withUpstreams(filters, upstreams)
}

// target is where a request is sent to.
type target struct{ method, host, path string }

// lands fails the test unless each request gets to its upstream; "404" and "503" are answers of Envoy's.
func (s *stack) lands(where map[target]string) {
	s.t.Helper()
	for a, at := range s.astray(where) {
		s.t.Errorf("%+v landed at %s, not %s", a, at, where[a])
	}
}

// astray are those that do not get to their upstream, with where they get to.
func (s *stack) astray(where map[target]string) map[target]string {
	c, lost := newClient(s.t), map[target]string{}
	for a, want := range where {
		got, _ := c.get(s.t.Context(), s.cfg.Port, asks{method: a.method, host: a.host, path: a.path}.edit)
		if at := cmp.Or(got.header.Get("X-Backend"), fmt.Sprint(got.status)); at != want {
			lost[a] = at
		}
	}
	return lost
}

// Requests go to the first upstream that they match, by path and host; the first one without match
// takes the rest, and where there is none they get 404.
func TestUpstreamMatch(t *testing.T) {
	for name, filters := range map[string]string{
		"no filter": " []",
		"a pool":    "\n" + pool + "\n    retry: {on: [429], tries: 3}",
		"a filter":  "\n" + pool,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.keys("good")
			b := s.newBackends("a", "b", "c", "d")
			match := []string{
				", match: {path: /api/*}", ", match: {host: [\"*.b.test\", b.test], path: [/b, /x/*]}", ", match: {host: c.test}", "",
			}
			s.write(s.matchedUpstreams(filters, b, match...))
			s.startServer()
			s.startEnvoy()
			s.live()
			where := map[target]string{
				{path: "/api/x"}: "a", {path: "/api/?q=/b", host: "c.test"}: "a", {path: "/api"}: "d", {path: "/?q=/api/x"}: "d",
				{path: "/b?q", host: "b.test"}: "b", {path: "/x/y", host: "A.B.test:80"}: "b", {path: "/bb", host: "b.test"}: "d",
				{path: "/b", host: "c.test:1"}: "c", {host: "C.test", method: http.MethodPost}: "c", {host: "xc.test"}: "d",
			}
			s.lands(where)
			match[3] = ", match: {path: /d}"
			s.write(s.matchedUpstreams(filters, b, match...))
			s.live()
			for a, at := range where {
				if at == "d" {
					where[a] = "404"
				}
			}
			where[target{path: "/d"}] = "d"
			s.lands(where)
		})
	}
}

// A filter that balances some requests leaves the others to the upstreams that they match, or to
// the first; what the client writes does not choose.
func TestBalanceMatch(t *testing.T) {
	s := newStack(t)
	b := s.newBackends("eu", "us", "api", "rest")
	s.write(s.matchedUpstreams("\n  - {name: pick, match: {path: [/pick, /api/pick]}, balance: {upstreams: [eu, us]}}", b,
		"", "", ", match: {path: /api/*}", ""))
	s.startServer()
	s.startEnvoy()
	s.live()
	wish := func(r *http.Request) { r.Header.Set("X-Livefilter-Upstream", "us") }
	for path, to := range map[string][]*backend{"/pick": b[:2], "/api/pick": b[:2], "/api/x": b[2:3], "/": b[:1]} {
		for _, a := range s.reached(60, to, asks{path: path}.edit, wish) {
			if a.seen.TLS.SNI != a.header.Get("X-Backend")+".example" || a.seen.Headers["X-Livefilter-Upstream"] != nil {
				t.Errorf("%s saw %+v", a.header.Get("X-Backend"), a.seen)
			}
		}
	}
}

// What is for an upstream that is not there goes to no other: neither to one that it fits as well,
// nor to the one for the rest. The others go on.
func TestMatchedUpstreamIsMissing(t *testing.T) {
	silentInBoth(t, func(t *testing.T, d *silent, flags []string) {
		a, b, c := d.backends[0], d.backends[1], d.backends[2]
		d.s.write(d.s.matchedUpstreams(" []", []*backend{a, b}, ", match: {path: /a/*}", ""))
		d.set(whole)
		d.s.startEnvoy(flags...)
		d.within("two are live", d.live)
		d.s.lands(map[target]string{{path: "/a/"}: "a", {path: "/a/new"}: "a", {path: "/"}: "b"})
		d.s.write(d.s.matchedUpstreams(" []", []*backend{c, a, b}, ", match: {path: [/a/new, /new]}", ", match: {path: /a/*}", ""))
		d.set(whole)
		d.within("its requests wait", func() bool { // each worker has its routes at a time of its own
			where := map[target]string{{path: "/new"}: "503", {path: "/a/new"}: "503", {path: "/a/old"}: "a", {path: "/"}: "b"}
			return len(d.s.astray(where)) == 0
		})
		d.speaks.Store(true)
		d.within("it is live", d.live)
		d.s.lands(map[target]string{{path: "/a/new"}: "c", {path: "/new"}: "c", {path: "/a/old"}: "a", {path: "/"}: "b"})
	})
}

// Hosts that are too long for an expression of Envoy's.
func TestUpstreamsOfLongHosts(t *testing.T) {
	s := newStack(t)
	b := s.newBackends("a", "b", "rest")
	s.write(s.matchedUpstreams(" []", b, ", match: {host: [c.test, x"+longHost+", d.test]}", ", match: {host: \"*"+longHost+"\"}", ""))
	s.startServer()
	s.startEnvoy()
	s.live()
	s.lands(map[target]string{
		{host: "x" + longHost}: "a", {host: "X" + longHost + ":80"}: "a", {host: "c.test:1"}: "a", {host: "d.test"}: "a",
		{host: "y" + longHost}: "b", {host: "y.X" + longHost + ":80"}: "b", {host: "xx" + longHost}: "b",
		{host: longHost[1:]}: "rest", {host: "x" + longHost + ".test"}: "rest", {host: "x" + longHost + "s:80"}: "rest",
	})
}
