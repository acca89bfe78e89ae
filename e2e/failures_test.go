package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// grpcByKey is a gRPC service that fails calls with some keys: one that begins with "trailers" in
// its trailers, one that begins with "headers" at once.
func grpcByKey(w http.ResponseWriter, r *http.Request, key string) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/grpc")
	switch {
	case strings.HasPrefix(key, "headers"):
		w.Header().Set("Grpc-Status", "14")
	case strings.HasPrefix(key, "trailers"):
		_, _ = w.Write(make([]byte, 5))
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "14")
	default:
		_, _ = w.Write(make([]byte, 5)) // an empty message
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "0")
	}
}

// call makes a gRPC call over HTTP/2 and returns its status.
func (s *stack) call(path string) (status string) {
	s.t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, fmt.Sprintf("http://127.0.0.1:%d%s", s.cfg.Port, path),
		strings.NewReader("\x00\x00\x00\x00\x00"))
	must(s.t, err)
	req.Header.Set("Content-Type", "application/grpc")
	req.Header.Set("Te", "trailers")
	resp, err := (&http.Client{Transport: transport}).Do(req)
	must(s.t, err)
	defer resp.Body.Close()
	_, err = io.ReadAll(resp.Body)
	must(s.t, err)
	if resp.StatusCode != http.StatusOK || resp.Header.Get("X-Livefilter-Retry") != "" {
		s.t.Errorf("status %d, %v", resp.StatusCode, resp.Header)
	}
	return resp.Header.Get("Grpc-Status") + resp.Trailer.Get("Grpc-Status")
}

// A key that earned a gRPC status sits out, wherever the status stood, in both chains.
func TestGRPCStatusEvicts(t *testing.T) {
	for _, retry := range []string{"", "\n    retry: {on: [500], tries: 2}"} {
		s, u := triedStack(t, `  - name: keys
    headers: [{name: X-Key, values: [headers, trailers, good], evict: {grpc: [UNAVAILABLE], for: 1m}}]`+retry, grpcByKey)
		failed := 0
		for range 200 {
			if s.call("/a.Service/Method") != "0" {
				failed++
			}
		}
		keys := u.sent("/a.Service/Method")
		if failed != 2 || len(keys) != 200 || keys[199] != "good" {
			t.Errorf("retry %q: %d of %d calls failed", retry, failed, len(keys))
		}
	}
}

// A call that failed by its headers is made again with another key. One that failed in its trailers is the client's:
// what came before them went to the client already.
func TestGRPCRetries(t *testing.T) {
	s, u := triedStack(t, `  - name: keys
    headers: [{name: X-Key, values: [{value: headers, weight: 1000}, good]}]
    retry: {grpc: [UNAVAILABLE], tries: 2, non_idempotent: true}`, grpcByKey)
	again := 0
	for i := range 20 {
		path := fmt.Sprintf("/a.Service/%d", i)
		if got := s.call(path); got != "0" {
			t.Errorf("call %d: status %s", i, got)
		}
		if keys := u.sent(path); slices.Equal(keys, []string{"headers", "good"}) {
			again++
		}
	}
	if again == 0 {
		t.Error("no call had a second try")
	}
	s.makeLive(strings.ReplaceAll(s.cfg.Filters, "headers, weight", "trailers, weight"))
	if got, keys := s.call("/late"), u.sent("/late"); got != "14" || !slices.Equal(keys, []string{"trailers"}) {
		t.Errorf("status %s after %q", got, keys)
	}
}

// A value that is out until its filter is edited stays out while another one is.
func TestForever(t *testing.T) {
	s, u := triesStack(t, "  []")
	const other = "  - {name: other, headers: [{name: X-Other, values: [%s]}]}\n"
	const keys = `  - name: keys
    response_header: %s
    headers: [{name: X-Key, values: [bad, good], evict: {forever: [429]}}]
    retry: {on: [429], tries: 2}`
	edit := func(o, k string) {
		s.makeLive(fmt.Sprintf(other+keys, o, k))
	}
	badCame := func(path string) (n int) {
		c := newClient(t)
		for range 40 {
			c.mustGet(t, s.cfg.Port, func(r *http.Request) { r.URL.Path = path })
		}
		for _, key := range u.sent(path) {
			if key == "bad" {
				n++
			}
		}
		return n
	}
	edit("a", "x-a")
	if n := badCame("/first"); n != 1 {
		t.Errorf("bad came %d times", n)
	}
	edit("b", "x-a")
	if n := badCame("/other"); n != 0 {
		t.Errorf("after an edit of another filter bad came %d times", n)
	}
	edit("b", "x-b")
	if n := badCame("/edited"); n != 1 {
		t.Errorf("after an edit of its filter bad came %d times", n)
	}
}

// The entries of a set come from a table, which is watched, and go together.
func TestSetFromATable(t *testing.T) {
	s := newStack(t)
	table := filepath.Join(s.dir, "browsers.csv")
	save := func(text string) {
		must(t, os.WriteFile(table+".next", []byte(text), 0o600))
		must(t, os.Rename(table+".next", table))
	}
	save("User-Agent,X-Hint,as\na,1,first\nb,,second\n")
	s.cfg.Filters = "  - {name: browsers, headers: [{set_from: browsers.csv}]}"
	s.save()
	s.startServer()
	s.startEnvoy()
	s.live()
	c := newClient(t)
	seen := func() string {
		a := c.mustGet(t, s.cfg.Port, func(r *http.Request) { r.Header.Set("X-Hint", "mine") })
		return a.userAgent() + " " + strings.Join(a.seen.Headers["X-Hint"], ",")
	}
	got := map[string]bool{}
	for range 100 {
		got[seen()] = true
	}
	if len(got) != 2 || !got["a 1"] || !got["b "] {
		t.Errorf("%v", got)
	}
	if counted := s.stats("value.*chosen"); !strings.Contains(counted, "header.user-agent.value.second.chosen") {
		t.Errorf("%s", counted)
	}
	save("User-Agent,X-Hint,as\nc,3,third\n")
	s.live()
	if got := seen(); got != "c 3" {
		t.Errorf("after an edit %q", got)
	}
}
