package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// otherSpellings are paths that one server or another takes for /admin/x, or for /one.
var otherSpellings = []string{
	"/x/../admin/x", "/./admin/x", "/x/%2e%2e/admin/x", "/x/.%2E/admin/x", "/%2e/admin/x", "/x/..%2fadmin/x", `/x/..\admin/x`,
	"/x/..%5cadmin/x", "/x%2f..%2fadmin/x", "/x/..;/admin/x", "/x/..;a=b/admin/x", "/x/%252e%252e/admin/x", "/x/..%252fadmin/x",
	"/admin/..", "/admin/.", "/x/../one", "/one/.", "/.?/admin/x",
	"//admin/x", "///admin//x", "/%2fadmin/x", `/\admin/x`, `\admin/x`, "/;a=b/admin/x", "//admin/x?q",
	"/%61dmin/x", "/%2561dmin/x", "/adm%69n/x", "/%61dmin/\xff", "//admin/\xff", "/x/\xff/../admin/x", "/admin;\xff/x", "/admin%2fx", "/admin%2Fx", "/admin%252fx", `/admin\x`, "/admin%5cx",
	"/admin;a=b/x", "/admin;/x", "/ADMIN/x", "/Admin/x", "/%41dmin/x", "//%61DMIN;x/y",
	"//a.test/admin/x", "//a.test:80//admin;x/x", "///x/admin/x", "//x/one?q", "//x/ONE;a",
	"/x/%2ehidden", "/%6fne", "/One", "//one", "/one;a=b", "/one;?q", "/o%6Ee?q=/x", "/one%00", "/one%2500.html", "/admin%00/x",
}

// plainPaths are nobody's other spelling.
var plainPaths = []string{
	"/", "/x", "/admin", "/admin?x", "/administrator/x", "/x/admin/x", "/x%2Fy", "/group%2fproject/-/merge", "/x//y", "//x", "//x/", "//x/y", "//x/admin", "/x//y/admin/x", "/x;a=b/y",
	"/...", "/.well-known/x", "/x/..y", "/x..", "/a.b/c", "/x%20y", "/x?q=/../admin/x", "/x?//admin/x", "/one/", "/ones", "/X", "/%7Euser/", "/x%40y", "/x%3A%40%5B%5D%7B%C3%A9%2B%20%2C%5E%60",
	"/one%2f", "/x/.hidden", "/*",
}

// verbatim sends a request for the path as it is spelled, and returns status and body.
func (s *stack) verbatim(path string) (int, string) {
	s.t.Helper()
	conn, r := s.connect()
	defer func() { _ = conn.Close() }()
	_, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
	must(s.t, err)
	resp, err := http.ReadResponse(r, nil)
	must(s.t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	must(s.t, err)
	return resp.StatusCode, string(body)
}

// says is an upstream that answers with its name, what a filter wrote, and the path as it came.
func says(t testing.TB, name string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s guarded=%s %s", name, r.Header.Get("X-Guarded"), r.RequestURI)
	}))
	t.Cleanup(s.Close)
	return fmt.Sprintf("{name: %s, host: 127.0.0.1, port: %d", name, s.Listener.Addr().(*net.TCPAddr).Port)
}

// A path that is named by a filter or an upstream is not reached by another spelling of it, and all others arrive as they were
// sent. An edit that names the paths drains nothing.
func TestSpellings(t *testing.T) {
	const guard = "\n  - name: guard\n    match: {path: [/admin/*, /one]}\n    mutate: {request: {set: {X-Guarded: \"1\"}}}"
	const pooled = "\n  - name: guard\n    match: {path: [/admin/*, /one]}\n    retry: {on: [429], tries: 2}\n    headers: [{name: X-Guarded, values: [\"1\"]}]"
	for name, c := range map[string]struct{ filters, match string }{
		"a filter":                {guard, ""},
		"a filter of each try":    {pooled, ""},
		"an upstream":             {" []", "/admin/*, /one"},
		"both, and one is of all": {guard + "\n  - name: all\n    match: {path: /*}\n    mutate: {request: {set: {X-All: \"1\"}}}", "/admin/*, /one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			upstreams := []string{says(t, "rest") + "}"}
			if c.match != "" {
				upstreams = append(upstreams, says(t, "admin")+", match: {path: ["+c.match+"]}}")
			}
			s.write(s.withUpstreams(" []", upstreams[:1]))
			s.startServer()
			s.startEnvoy()
			s.live()
			for _, path := range otherSpellings { // nothing is named
				if status, _ := s.verbatim(path); status != http.StatusOK && strings.HasPrefix(path, "/") && !strings.Contains(path, "\xff") {
					t.Errorf("%s: %d before anything was named", path, status)
				}
			}
			s.write(s.withUpstreams(c.filters, upstreams))
			s.live()
			for _, path := range otherSpellings {
				if status, body := s.verbatim(path); status < 400 || status > 404 {
					t.Errorf("%s: %d %s", path, status, body)
				}
			}
			for _, path := range plainPaths {
				if status, body := s.verbatim(path); status != http.StatusOK || body != "rest guarded= "+path {
					t.Errorf("%s: %d %s", path, status, body)
				}
			}
			guarded := ""
			if c.filters != " []" {
				guarded = "1"
			}
			to := "rest"
			if c.match != "" {
				to = "admin"
			}
			for _, path := range []string{"/admin/", "/admin/x", "/admin/x%2Fy//z;a", "/admin/x?q", "/one", "/one?q=//", "/admin//x"} {
				if status, body := s.verbatim(path); status != http.StatusOK || body != fmt.Sprintf("%s guarded=%s %s", to, guarded, path) {
					t.Errorf("%s: %d %s", path, status, body)
				}
			}
		})
	}
}

// Envoy bounds the size of expressions: a long path is held by a beginning of it, and by signs of another spelling behind that.
func TestLongSpellings(t *testing.T) {
	s := newStack(t)
	deep := "/skiing/kiosks/sks/kss/a.b,c@d!e/f%2Fg/%2F%2a/h"
	long := "/" + strings.Repeat("ks~", 300)
	s.write(s.withUpstreams(" []", []string{says(t, "rest") + "}", says(t, "deep") + ", match: {path: [\"" + deep + "/*\", " + long + ", /kk/ss/*, /kk/do*, /" + strings.Repeat("k", 70) + "*]}}"}))
	s.startServer()
	s.startEnvoy()
	s.live()
	for path, want := range map[string]string{
		deep + "/": "deep", deep + "/x%2Fy//z": "deep", long: "deep", "/kk/ss/x": "deep", "/kk/docs": "deep", "/kk/Docs": "rest", "/KK/docs": "400", "/kk//docs": "400", "/skiing/kiosks/": "rest", "/skiing/x%2Fy": "rest", "/kk/x//y": "rest",
		strings.ToUpper(deep) + "/": "400", "/" + deep + "/": "400", strings.Replace(deep, "%2Fg", "%252Fg", 1) + "/": "400", deep + "%2f": "400",
		"/skiing//kiosks/sks/kss/a.b,c@d!e/f%2Fg/%2F%2a/h/": "400", strings.Replace(deep, "/h", ";/h", 1) + "/": "400", strings.Replace(deep, "@", "%40", 1) + "/": "400",
		strings.ToUpper(long): "400", "/" + long: "400", strings.Replace(long, "~", "%7E", 1): "400", "/kk//ss/x": "400", "/%6Bk/ss/": "400",
	} {
		if status, body := s.verbatim(path); !strings.HasPrefix(body, want) && fmt.Sprint(status) != want {
			t.Errorf("%.80s: %d %.80s, want %s", path, status, body, want)
		}
	}
}
