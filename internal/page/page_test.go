package page

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/figures"
	"github.com/livefilter/livefilter/internal/history"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/timeline"
	"github.com/livefilter/livefilter/internal/xds"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// shown is the page of v.
func shown(t *testing.T, v View) string {
	t.Helper()
	mux := http.NewServeMux()
	New(func() View { return v }).Register(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "content.html:") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func has(t *testing.T, body string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
}

func words(text string) *string { return &text }

// Whatever an Envoy, a client or a file says, it is text.
func TestWordsAreText(t *testing.T) {
	bad := "<script>alert(1)</script>"
	v := View{File: bad, Status: live.Status{
		Version: bad, Error: &bad, Warnings: []string{bad}, Unhealthy: []string{bad}, Denied: []xds.Denial{{Node: bad, Address: bad, Error: bad}},
		Nodes: []xds.Node{
			{ID: bad, Address: bad, Envoy: bad, Names: []string{bad}, Other: bad, Unfit: bad, Resources: []xds.TypeStatus{{TypeURL: bad, Served: bad, Sent: bad, Error: &bad, Source: bad}}},
			{ID: bad + "2", Live: true, Names: []string{bad}, Traffic: &figures.Traffic{Problems: []string{bad}, Healthy: true}},
			{ID: bad + "3", Live: true, Left: noon},
		},
	}, Edits: []timeline.Edit{{Error: bad, Version: bad, Changed: []string{bad}, Answers: []*timeline.Answer{{Node: bad, TypeURL: bad}}}}}
	if body := shown(t, v); strings.Contains(body, "<script>alert") {
		t.Error(body)
	}
}

func TestHeadline(t *testing.T) {
	for want, s := range map[string]live.Status{
		"fails Not live: no config is served yet":                                          {},
		"fails Not live: no Envoy is connected":                                            {Version: "1"},
		"live Live on 3 of 3 Envoys":                                                       {Version: "1", Live: true, Connected: 3, Running: 3},
		"live Live on 1 of 1 Envoy":                                                        {Version: "1", Live: true, Connected: 1, Running: 1},
		"warns Live on 3 of 3 Envoys, 1 not healthy":                                       {Version: "1", Live: true, Connected: 3, Running: 3, Unhealthy: []string{"x"}},
		"fails Not live: runs on 2 of 3 Envoys":                                            {Version: "1", Connected: 2, Running: 2, Gone: 1},
		"fails Not live: runs on 2 of 5 Envoys":                                            {Version: "1", Connected: 2, Running: 2, Expected: 5},
		"fails Not live: the file is refused, the last good version runs on 2 of 2 Envoys": {Version: "1", Connected: 2, Running: 2, Error: words("x")},
		"warns Not live yet: the file is being taken":                                      {Version: "1", Connected: 2, Running: 2, Error: words("x"), Pending: true},
	} {
		i, h := headline(s)
		if got := i.String() + " " + h; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A person sees who lacks what, and why, before those who lack nothing.
func TestEnvoys(t *testing.T) {
	v := View{File: "livefilter.yaml", Status: live.Status{Version: "v2", Connected: 5, Nodes: []xds.Node{
		{ID: "good", Live: true, Counts: true, Names: []string{"good.example"}, Traffic: &figures.Traffic{Requests: 1200, Healthy: true}},
		{ID: "sick", Live: true, Counts: true, Traffic: &figures.Traffic{Requests: 40, Failed: 40, Problems: []string{"40 of 40 requests failed"}}},
		{ID: "twin", Live: true, Counts: true, Other: "10.0.0.9:1"},
		{ID: "refuses", Counts: true, Resources: []xds.TypeStatus{
			{TypeURL: "x.Cluster", Error: words("eu still resolves")},
			{TypeURL: "x.Listener", Error: words("cannot\nbind"), Refused: true, Source: "livefilter.yaml:1:2: listener"}}},
		{ID: "silent", Counts: true, Resources: []xds.TypeStatus{{TypeURL: "x.Listener", Served: "2", Acked: "1"}}},
		{ID: "away", Counts: true, Left: noon},
		{ID: "done", Left: noon},
	}}}
	body := shown(t, v)
	has(t, body, `<code>livefilter.yaml:1:2: listener</code> NACKed Listener: cannot bind`, "1 Envoy did not acknowledge it yet",
		"may run something else than what is served", "40 of 40 requests failed", "the Envoy at 10.0.0.9:1 has the same node ID",
		"1 Envoy runs what is served", "good.example", "1 Envoy left", `<dd>1,240</dd>`, `<dd>40 <small>3.2 %</small>`)
	at := -1
	for _, id := range []string{"refuses", "away", "sick", "twin", "silent", "good", "done"} {
		next := strings.Index(body, `<span class="id">`+id)
		if next <= at {
			t.Errorf("%s is before those that are worse", id)
		}
		at = next
	}
}

// A fleet is a line each, and a bounded document.
func TestManyEnvoys(t *testing.T) {
	for n, bound := range map[int]int{500: 300 << 10, 20_000: 1200 << 10} {
		var v View
		for i := range n {
			node := xds.Node{ID: "edge-" + string(rune('a'+i%26)) + strings.Repeat("x", i%7), Address: "10.0.0.1:" + grouped(uint64(i)), Live: i%2 == 0, Counts: true}
			for _, kind := range []string{"x.Cluster", "x.Listener", "x.Route", "x.TypedExtensionConfig"} {
				node.Resources = append(node.Resources, xds.TypeStatus{TypeURL: kind, Served: "0123456789abcdef", Sent: "0123456789abcdef", Acked: "f", Error: words("no"), Refused: true})
			}
			v.Status.Nodes = append(v.Status.Nodes, node)
		}
		start := time.Now()
		body := shown(t, v)
		t.Logf("%d Envoys: %d bytes in %s", n, len(body), time.Since(start))
		if len(body) > bound {
			t.Errorf("%d Envoys: %d bytes", n, len(body))
		}
		has(t, body, count(n/2, "Envoy")+" run what is served", count(n/2, "Envoy")+" not live</b>: NACKed Cluster: no", count(min(n/2, maxLines)-inSight, "Envoy")+" more with a problem")
	}
}

// No value of the config is on the page: neither of headers, nor of what matches, modules and typed filters have.
func TestNoValues(t *testing.T) {
	c, err := config.Parse("livefilter.yaml", []byte(`
filters:
  - name: keys
    match: {path: /api/*, headers: {X-Plan: CANARY}}
    retry: {on: [429], tries: 3}
    headers:
      - {name: X-Key, prefix: "CANARY ", values: [CANARYa, {value: CANARYb, as: team-b}], pick: {sticky: {by: cookie user}}, limit: 60/1m, evict: {on: [429], header: {x-left: CANARY}, for: 90s}}
      - {set: [{X-A: CANARY, X-B: CANARY}]}
  - {name: tidy, mutate: {request: {set: {X-User: CANARY}, remove: [X-Old]}, response: {default: {X-Seen: CANARY}}}}
  - {name: own, module: own.wasm, config: {secret: CANARY}, env: {SECRET: CANARY}}
  - name: auth
    typed_config:
      '@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
      default_source_code: {inline_string: "-- CANARY"}
upstreams: [{name: api, host: api.example, port: 443, tls: {}}, {name: eu, host: 10.0.0.1, port: 80, match: {host: eu.example}}]
`), func(string) ([]byte, error) { return []byte("\x00asm\x01\x00\x00\x00"), nil })
	if err != nil {
		t.Fatal(err)
	}
	until := noon.Add(time.Minute)
	outs := []figures.Out{{Filter: "keys", Header: "x-key", Value: "team-b", Until: &until}}
	body := shown(t, View{Config: c, Out: []live.Out{{Values: outs}, {Values: outs}}, Shares: []figures.Share{
		{Filter: "keys", Header: "x-key", Value: "number 0", Chosen: 3000}, {Filter: "keys", Header: "x-key", Value: "team-b", Chosen: 1000}},
		Status: live.Status{Nodes: []xds.Node{{ID: "a", Live: true, Traffic: &figures.Traffic{Upstreams: map[string]map[string]uint64{"api": {"upstream_rq_completed": 4000, "upstream_rq_5xx": 7}}}}}},
	})
	if strings.Contains(body, "CANARY") {
		t.Error(body)
	}
	has(t, body, "for path /api/*; headers x-plan", "up to 3 tries after 429", "2 values, sticky by cookie user, at most 60 requests in 1m each, out after 429, x-left for 1m30s",
		"<b>x-a, x-b</b>", "changes headers: request x-user, x-old; response x-seen", "module own.wasm", "Envoy&#39;s envoy.extensions.filters.http.lua.v3.Lua",
		"75 %", "25 %", "until <time data-as=\"at\" datetime=\"2026-11-26T12:01:00.000Z\">2026-11-26 12:01:00 UTC</time></span>, on 2 Envoys",
		"api.example:443</code> TLS", "4,000", `fails">7`, "host eu.example", "all requests")
}

// The page is not held by what the policy forbids.
func TestNothingInline(t *testing.T) {
	for _, text := range []string{shellText, contentText} {
		if found := regexp.MustCompile(`<style|<script>|\sstyle=|\son[a-z]+=|https?://`).FindString(text); found != "" {
			t.Errorf("%q in %s", found, text)
		}
	}
	if found := regexp.MustCompile(`innerHTML|insertAdjacentHTML|eval\(|document\.write|DOMParser`).FindString(string(script)); found != "" {
		t.Errorf("%q in the script", found)
	}
}

// The newest edit comes first, with what it changed and who did not take it.
func TestEdits(t *testing.T) {
	saved := noon.Add(time.Second)
	body := shown(t, View{Edits: withEarlier([]timeline.Edit{
		{Saved: noon, Seen: noon, N: 8, From: "start", Version: "v1", Live: noon.Add(2500 * time.Millisecond), Envoys: 2, Running: 2},
		{Saved: saved, Seen: saved, N: 9, From: "edit", Version: "v2", Envoys: 2, Running: 1, Refused: 1, Changes: []string{"filter a: replaced", "  values: 1 -> 2"}, Answers: []*timeline.Answer{
			{Node: "edge-1", TypeURL: "x.Listener", Acked: saved.Add(24 * time.Millisecond)}, {Node: "edge-2", TypeURL: "x.Listener", Refused: true, Tries: 2}, {Node: "edge-3", TypeURL: "x.Listener"}}},
		{Saved: saved, Seen: saved, Error: "livefilter.yaml:1:2: no"},
	}, []history.Entry{{N: 9}, {N: 8}, {N: 7, At: noon, From: "rollback of 5", Version: "v0", Envoys: 2, Running: 1}, {N: 6, Version: "v-1"}})})
	at := -1
	for _, text := range []string{"refused</b>", "livefilter.yaml:1:2: no", "on 1 of 2 Envoys, NACKed by Envoy</b> config 9 · edit · <code>v2</code>", "<li>filter a: replaced\n  values: 1 -&gt; 2</li>",
		"edge-2", "NACKed (try 2)", "edge-3", "not answered yet", "edge-1", "acknowledged after 24ms", "live after 2.5s",
		"on 1 of 2 Envoys when the next edit came</b> config 7 · rollback of 5 · <code>v0", "config 6"} {
		next := strings.Index(body, text)
		if next <= at {
			t.Errorf("%s is not there, or not where it belongs: %s", text, body)
		}
		at = next
	}
}
