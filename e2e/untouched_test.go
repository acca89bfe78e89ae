package e2e

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

const (
	plainRequest  = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
	plainResponse = "HTTP/1.1 200 OK\r\nDate: a\r\nContent-Length: 2\r\n\r\nok"
)

// untouched are requests and responses as they are sent, and as they arrive where that differs
// by more than the Host.
var untouched = map[string]struct{ request, sees, response, gets string }{
	"names, in their case": {
		"GET /a//b/../%2Fc;d?x=%zz&y HTTP/1.1\r\nHost: x\r\nUser-Agent: Me\r\nX-MiXed: 1\r\nx_under: 2\r\nX-MiXed: 3\r\nX-Empty: \r\n\r\n", "",
		"HTTP/1.1 200 Fine\r\nSERVER: theirs\r\nDate: a\r\nX-MiXed: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok", "",
	},
	"nothing to begin with": {
		plainRequest, "",
		"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 204 No Content\r\ndate: NOW\r\n\r\n",
	},
	"headers of proxies": {
		"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: h\r\n" +
			"Forwarded: for=1\r\nVia: 1.1 x\r\nX-Request-Id: mine\r\nTE: trailers\r\n\r\n", "",
		"HTTP/1.1 503 Nope\r\nDate: a\r\nVia: 1.0 y\r\nX-Request-Id: theirs\r\nX-Envoy-Upstream-Service-Time: 7\r\n" +
			"X-Envoy-Decorator-Operation: x\r\nX-Envoy-Overloaded: true\r\nContent-Length: 2\r\n\r\nok", "",
	},
	"x-forwarded-proto: http": {
		"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: http\r\n\r\n", "", plainResponse, "",
	},
	"Envoy's own, forged": {
		"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.0.0.1\r\nX-Envoy-External-Address: 1.2.3.4\r\nX-Envoy-Internal: true\r\n" +
			"X-Envoy-Decorator-Operation: op\r\nX-Envoy-Is-Timeout-Retry: true\r\nX-Envoy-Attempt-Count: 9\r\nX-Envoy-Any: 1\r\n" +
			"X-Envoy-Upstream-Rq-Timeout-Ms: 1\r\nX-Envoy-Retry-On: 5xx\r\nX-Envoy-Max-Retries: 3\r\nX-Livefilter-Upstream: other\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n",
		"HTTP/1.1 500 No\r\nDate: a\r\nContent-Length: 2\r\n\r\nok", "",
	},
	"hop by hop": {
		"GET / HTTP/1.1\r\nHost: x\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nProxy-Connection: keep-alive\r\nUpgrade: h2c\r\n\r\n", plainRequest,
		"HTTP/1.1 200 OK\r\nDate: a\r\nKeep-Alive: timeout=5\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nDate: a\r\nContent-Length: 0\r\n\r\n",
	},
	"upgrades that are not needed": {
		"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: TLS/1.2, h2, HTTP/2.0\r\n\r\n", plainRequest, plainResponse, "",
	},
	"trailers": {
		"PUT / HTTP/1.1\r\nHost: x\r\nTrailer: x-sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 1\r\n\r\n", "",
		"HTTP/1.1 200 OK\r\nDate: a\r\nTrailer: x-sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 1\r\n\r\n", "",
	},
	"100 Continue": {
		"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab", "",
		"HTTP/1.1 100 Continue\r\n\r\n" + plainResponse, "",
	},
	"417": {
		"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab", "",
		"HTTP/1.1 417 No\r\nDate: a\r\nContent-Length: 0\r\n\r\n", "",
	},
	"HTTP/1.0": {
		"GET / HTTP/1.0\r\n\r\n", plainRequest,
		plainResponse, "HTTP/1.0 200 OK\r\nDate: a\r\nContent-Length: 2\r\nconnection: close\r\n\r\nok",
	},
	"HTTP/1.0 that keeps alive": {
		"GET / HTTP/1.0\r\nHost: x\r\nConnection: Keep-Alive\r\n\r\n", plainRequest,
		plainResponse, "HTTP/1.0 200 OK\r\nDate: a\r\nContent-Length: 2\r\nconnection: keep-alive\r\n\r\nok",
	},
}

var (
	today = regexp.MustCompile(`date: ..., \d\d ... \d{4} \d\d:\d\d:\d\d GMT`)
	// added is where what a filter adds to a request stands.
	added = regexp.MustCompile(`\r\n(Transfer-Encoding: chunked\r\n)?\r\n`)
)

// What a client sends arrives byte for byte, and so does the answer: without a filter, with one
// in the listener's chain, with one in the cluster's, and behind a choice of upstreams.
func TestUntouched(t *testing.T) {
	const rule = `{name: pool, response_header: "", headers: [{name: X-Pool, values: [one]}]`
	for name, filters := range map[string]string{
		"no filter":        "[]",
		"filter":           "[" + rule + "}]",
		"retry":            "[" + rule + ", retry: {on: [418], tries: 2}}]",
		"matched":          "[" + rule + ", match: {percent: 100}}]",
		"unmatched":        `[{name: pool, match: {path: /never}, headers: [{name: X-Never, values: [one]}]}]`,
		"matched, retry":   "[" + rule + ", match: {percent: 100}, retry: {on: [418], tries: 2}}]",
		"unmatched, retry": `[{name: pool, match: {path: /never}, headers: [{name: X-Never, values: [one]}], retry: {on: [418], tries: 2}}]`,
		"balance":          `[{name: pick, response_header: "", balance: {upstreams: [raw]}}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, up := rawStack(t, filters)
			for name, tt := range untouched {
				request := tt.request
				if strings.Contains(filters, "path: ") { // then Envoy refuses dot segments, see TestSpellings
					request = strings.Replace(request, "/../", "/", 1)
				}
				sees := strings.Replace(cmp.Or(tt.sees, request), "Host: x", "Host: 127.0.0.1", 1)
				if strings.Contains(filters, "X-Pool") {
					at := added.FindStringIndex(sees)[0]
					sees = sees[:at] + "\r\nX-Pool: one" + sees[at:]
				}
				up.says <- tt.response
				conn, r := s.connect()
				_, err := io.WriteString(conn, request)
				must(t, err)
				got, err := message(r)
				must(t, err)
				if strings.HasPrefix(got, "HTTP/1.1 100 ") {
					final, err := message(r)
					must(t, err)
					got += final
				}
				if want := cmp.Or(tt.gets, tt.response); today.ReplaceAllString(got, "date: NOW") != want {
					t.Errorf("%s: the client gets\n%q, want\n%q", name, got, want)
				}
				if got := up.request(); got != sees {
					t.Errorf("%s: the upstream sees\n%q, want\n%q", name, got, sees)
				}
			}
		})
	}
}

// HTTP/1.0 clients have their connections kept, if they ask for it.
func TestHTTP10KeepsAlive(t *testing.T) {
	s, up := rawStack(t, "[]")
	conn, r := s.connect()
	for range 3 {
		up.says <- plainResponse
		_, err := io.WriteString(conn, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
		must(t, err)
		if got, err := message(r); err != nil || !strings.Contains(got, "connection: keep-alive\r\n") {
			t.Errorf("%q, %v", got, err)
		}
		up.request()
	}
}

// What filters write arrives: x-forwarded-proto too, which Envoy's own is kept off, and names
// look as clients write them.
func TestFiltersWriteHeaders(t *testing.T) {
	const rules = `{name: a, headers: [{name: x-forwarded-proto, values: [https]}, {name: user-agent, values: [one]}]`
	for name, filters := range map[string]string{"listener": "[" + rules + "}]", "cluster": "[" + rules + ", retry: {on: [418], tries: 2}}]"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, up := rawStack(t, filters)
			for _, sent := range []string{"", "X-Forwarded-Proto: http\r\nUser-Agent: Me\r\n"} {
				up.says <- plainResponse
				conn, _ := s.connect()
				_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n"+sent+"\r\n")
				must(t, err)
				const want = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nUser-Agent: one\r\n\r\n"
				if got := up.request(); got != want {
					t.Errorf("sent %q, the upstream sees\n%q, want\n%q", sent, got, want)
				}
			}
		})
	}
}

// :scheme says how the upstream is spoken to, not how the client speaks.
func TestScheme(t *testing.T) {
	s := behind(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS == nil { // Go sets it for https alone, whatever the connection is
			w.Header().Set("X-Scheme", "http")
		}
		w.Header().Set("X-Protocol", r.Proto)
	}))
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: protocols}
	t.Cleanup(transport.CloseIdleConnections)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/", s.cfg.Port), http.NoBody)
	must(t, err)
	resp, err := transport.RoundTrip(req)
	must(t, err)
	defer resp.Body.Close()
	if resp.Header.Get("X-Scheme") != "" || resp.Header.Get("X-Protocol") != "HTTP/2.0" {
		t.Errorf("%s, %v", resp.Status, resp.Header)
	}
}

// Where Envoy takes the TLS off, the upstream learns of it, unless somebody has told it more.
func TestForwardedProtoBehindTLS(t *testing.T) {
	s := newStack(t)
	s.newPair("a")
	s.write(s.withTLS("a"))
	s.startServer()
	s.startEnvoy()
	s.live()
	c := tlsClient(t, false)
	for sent, want := range map[string]string{"": "https", "http": "http"} {
		got := c.mustGet(t, s.cfg.Port, overTLS, func(r *http.Request) {
			if sent != "" {
				r.Header.Set("X-Forwarded-Proto", sent)
			}
		})
		if p := got.seen.Headers["X-Forwarded-Proto"]; len(p) != 1 || p[0] != want {
			t.Errorf("sent %q, the upstream sees %q, want %s", sent, p, want)
		}
	}
}
