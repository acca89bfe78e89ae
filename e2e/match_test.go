package e2e

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/config"
)

const matchedPool = `  - name: keys
    match: {%s}
    headers: [{name: X-Key, values: [k]}]%s`

// matchAll is for all requests of the tests.
const matchAll = "\n    match: {path: /*}"

// asks is a request, and whether the filter is for it.
type asks struct {
	method, host, path string
	headers            http.Header
	want               bool
}

func (a asks) edit(r *http.Request) {
	if a.method != "" {
		r.Method = a.method
	}
	if a.host != "" {
		r.Host = a.host
	}
	if a.path != "" {
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(a.path, "?")
	}
	for name, values := range a.headers {
		r.Header[name] = values
	}
}

// matches says what try says of a.
func (a asks) matches(m *config.Match) bool {
	return m.Matches(cmp.Or(a.method, "GET"), cmp.Or(a.host, "127.0.0.1:1"), cmp.Or(a.path, "/path"), func(name string) (string, bool) {
		lines, there := a.headers[http.CanonicalHeaderKey(name)]
		return strings.Join(lines, ","), there
	})
}

var matchFields = []struct {
	match string
	asks  []asks
}{
	{"path: /api/*", []asks{
		{path: "/api/", want: true}, {path: "/api/x", want: true}, {path: "/api/x/y?q=/no", want: true}, {path: "/api/?q", want: true},
		{path: "/api"}, {path: "/api?q=/api/"}, {path: "/apix/"}, {path: "/apI"}, {path: "/x/api/"}, {path: "/"},
	}},
	{"path: [/v2, /one*]", []asks{
		{path: "/v2", want: true}, {path: "/v2?q=1", want: true}, {path: "/one", want: true}, {path: "/onetwo", want: true},
		{path: "/v2/"}, {path: "/v20"}, {path: "/"},
	}},
	{`host: ["*.Example.com", api.test]`, []asks{
		{host: "a.example.com", want: true}, {host: "A.B.EXAMPLE.com:8080", want: true}, {host: "API.test:1", want: true}, {host: "api.test", want: true},
		{host: "example.com"}, {host: "example.com:80"}, {host: "badexample.com"}, {host: "api.test.example.org"}, {host: "xapi.test"},
	}},
	{"host: [\"*" + longHost + "\", x" + longHost + "]", []asks{
		{host: "a" + longHost, want: true}, {host: "A" + strings.ToUpper(longHost) + ":8080", want: true}, {host: "x" + longHost + ":1", want: true},
		{host: longHost[1:]}, {host: "a" + longHost + ".test"}, {host: "y" + longHost[1:] + ":80"},
	}},
	{"methods: [PUT, DELETE]", []asks{
		{method: "PUT", want: true}, {method: "DELETE", want: true}, {method: "GET"}, {method: "POST"},
	}},
	{`headers: {X-Plan: [gold, "plat*"], X-Debug: "*"}`, []asks{
		{headers: http.Header{"X-Plan": {"gold"}, "X-Debug": {"1"}}, want: true},
		{headers: http.Header{"X-Plan": {"platinum"}, "X-Debug": {""}}, want: true},
		{headers: http.Header{"X-Plan": {"gold"}}},
		{headers: http.Header{"X-Plan": {"Gold"}, "X-Debug": {"1"}}},
		{headers: http.Header{"X-Plan": {"gold", "silver"}, "X-Debug": {"1"}}},
		{headers: http.Header{"X-Debug": {"1"}}},
	}},
	{`path: /api/*, host: api.test, methods: GET, headers: {X-Plan: gold}`, []asks{
		{path: "/api/x", host: "api.test", headers: http.Header{"X-Plan": {"gold"}}, want: true},
		{path: "/api/x", host: "api.test"},
		{path: "/x", host: "api.test", headers: http.Header{"X-Plan": {"gold"}}},
		{path: "/api/x", host: "www.test", headers: http.Header{"X-Plan": {"gold"}}},
		{method: "PUT", path: "/api/x", host: "api.test", headers: http.Header{"X-Plan": {"gold"}}},
	}},
}

// longHost has more letters than an expression of Envoy's takes, by k and s, which Unicode has three of.
const longHost = ".k8s-ingress-kiosks-tasks.sks-desks.skiing-classes.services.example.test"

// Each field of match, in both chains: what it is for passes the filter, and the rest passes
// untouched.
func TestMatch(t *testing.T) {
	for chain, retry := range map[string]string{"listener": "", "cluster": "\n    retry: {on: [429], tries: 2}"} {
		t.Run(chain, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.cfg.Filters = fmt.Sprintf(matchedPool, matchFields[0].match, retry)
			s.save()
			s.startServer()
			s.startEnvoy()
			for _, field := range matchFields {
				s.makeLive(fmt.Sprintf(matchedPool, field.match, retry))
				parsed, err := config.Parse("livefilter.yaml", []byte(s.text()), func(path string) ([]byte, error) { return os.ReadFile(filepath.Join(s.dir, path)) })
				must(t, err)
				c := newClient(t)
				for _, a := range field.asks {
					got := c.mustGet(t, s.cfg.Port, a.edit)
					key, mark := got.seen.Headers.Get("X-Key"), got.header.Get("X-Proxy-Wasm")
					if (key == "k") != a.want || (mark != "") != a.want {
						t.Errorf("%s: %+v: X-Key %q, x-proxy-wasm %q", field.match, a, key, mark)
					}
					if a.matches(parsed.Filters[0].Match) != a.want {
						t.Errorf("%s: %+v: Matches does not agree with Envoy", field.match, a)
					}
				}
			}
		})
	}
}
