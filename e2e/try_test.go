package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// outcome is what matters of a request: what the filters made of it and of its response.
type outcome struct {
	Status    string
	Pass      []string // x-pass at the upstream, a value for each pass through that module
	Key       []string // x-key there
	Module    []string // x-module at the client, in the order in which the modules added it
	ProxyWasm []string
}

// try returns what `xds-server try` says becomes of a request.
func (s *stack) try(flags ...string) outcome {
	s.t.Helper()
	cmd := exec.Command(xdsServer, append([]string{"try", "livefilter.yaml", "--json"}, flags...)...)
	cmd.Dir = s.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("try: %v: %s", err, stderr.String())
	}
	type message struct{ Headers [][2]string }
	var out struct {
		Exchanges []struct{ Request, Response struct{ After *message } }
	}
	must(s.t, json.Unmarshal(text, &out))
	last := out.Exchanges[len(out.Exchanges)-1]
	of := func(m *message, name string) (values []string) {
		if m == nil {
			return nil
		}
		for _, h := range m.Headers {
			if h[0] == name {
				values = append(values, h[1])
			}
		}
		return values
	}
	request, response := last.Request.After, last.Response.After
	return outcome{
		Status: fmt.Sprint(of(response, ":status")), Pass: of(request, "x-pass"), Key: of(request, "x-key"),
		Module: of(response, "x-module"), ProxyWasm: of(response, "x-proxy-wasm"),
	}
}

// What try says of a request is what an Envoy makes of it.
func TestTryAgreesWithEnvoy(t *testing.T) {
	s := newStack(t)
	s.upstreamIs(uaecho.Handler(uaecho.Rule{Header: "x-key", Value: "bad1", Status: 429}, uaecho.Rule{Header: "x-key", Value: "bad2", Status: 429}))
	for name, change := range map[string][3]string{
		"a.wasm": {"mark.wasm", "", ""}, "b.wasm": {"mark.wasm", "x-module=a", "x-module=b"},
		"p.wasm": {"pass.wasm", "", ""}, "q.wasm": {"pass.wasm", "x-pass=p", "x-pass=q"}, "deny.wasm": {"deny.wasm", "", ""},
	} {
		code, err := os.ReadFile(filepath.Join("testdata", change[0]))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(s.dir, name), bytes.Replace(code, []byte(change[1]), []byte(change[2]), 1), 0o600))
	}
	s.startServer()
	s.startEnvoy()
	s.live()
	for name, filters := range map[string]string{
		"the order of modules":            "[{name: a, module: a.wasm}, {name: p, module: p.wasm}, {name: b, module: b.wasm}, {name: q, module: q.wasm}]",
		"a reply at the end":              "[{name: a, module: a.wasm}, {name: r, headers: [{name: x-key, values: [good]}]}, {name: deny, module: deny.wasm}]",
		"a reply at the start":            "[{name: deny, module: deny.wasm}, {name: a, module: a.wasm}, {name: r, headers: [{name: x-key, values: [good]}]}]",
		"a reply in the middle":           "[{name: a, module: a.wasm}, {name: deny, module: deny.wasm}, {name: b, module: b.wasm}]",
		"a reply in the upstream's chain": "[{name: a, module: a.wasm}, {name: deny, module: deny.wasm, retry: {on: [429], tries: 2}}, {name: b, module: b.wasm}]",
		"each try passes a module":        "[{name: a, module: a.wasm}, {name: p, module: p.wasm, retry: {on: [429], tries: 3}}, {name: bad, headers: [{name: x-key, values: [bad1]}]}]",
		"the upstream's chain comes last": "[{name: p, module: p.wasm, retry: {on: [403], tries: 2}}, {name: q, module: q.wasm}]",
		"retries until one is good":       "[{name: pool, retry: {on: [429], tries: 3}, headers: [{name: x-key, values: [bad1, bad2, good], evict: {on: [429], for: 1m}}]}]",
		"mutate around a module":          `[{name: m, mutate: {request: {set: {x-key: "%REQ(:method)% %REQ(x-none)%."}, append: {x-pass: [m, n]}}, response: {set: {x-module: "%RESPONSE_CODE% %REQ(x-key)%"}}}}, {name: p, module: p.wasm}]`,
		"a mutation of nothing":           `[{name: a, module: a.wasm}, {name: m, mutate: {request: {set: {x-key: "%REQ(x-none)%", x-pass: ""}}, response: {default: {x-module: d}}}}]`,
		"a reply before mutate":           "[{name: deny, module: deny.wasm}, {name: m, mutate: {response: {append: {x-module: m}}}}, {name: n, mutate: {response: {append: {x-module: n}}}}]",
		"a reply before a match":          "[{name: deny, module: deny.wasm}, {name: m, match: {path: /*}, mutate: {response: {append: {x-module: m}}}}]",
		"a reply behind mutate":           "[{name: m, mutate: {response: {append: {x-module: m}}}}, {name: deny, module: deny.wasm}]",
		"a pool without retries":          "[{name: pool, headers: [{name: x-key, values: [bad1], evict: {on: [429], for: 1m}}]}]",
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.makeLive("  " + filters)
			want := s.envoyOutcome()
			got := s.try("--status-if", "x-key=bad1:429", "--status-if", "x-key=bad2:429")
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("try says  %+v\nEnvoy does %+v", got, want)
			}
		})
	}
}

func (s *stack) envoyOutcome() outcome {
	s.t.Helper()
	resp, err := newClient(s.t).http.Get(fmt.Sprintf("http://127.0.0.1:%d/", s.cfg.Port))
	must(s.t, err)
	defer resp.Body.Close()
	var seen uaecho.Seen
	if resp.StatusCode != http.StatusForbidden { // which is no answer of the upstream
		must(s.t, json.NewDecoder(resp.Body).Decode(&seen))
	}
	return outcome{
		Status: fmt.Sprintf("[%d]", resp.StatusCode), Pass: seen.Headers["X-Pass"], Key: seen.Headers["X-Key"],
		Module: resp.Header["X-Module"], ProxyWasm: resp.Header["X-Proxy-Wasm"],
	}
}
