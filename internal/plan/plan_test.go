package plan

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/snapshot"
	"github.com/livefilter/livefilter/internal/uaecho"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// edits are made to testdata/base.yaml one at a time, or to that with filter_config or retry:
// each pair is what is replaced, and by what.
var edits = []struct {
	name   string
	inline bool
	retry  bool
	tls    bool
	from   []string // as pairs, for both sides
	pairs  []string
}{
	{name: "nothing", pairs: []string{"for: 1m", "for: 60s", "User-Agent", "user-agent"}},
	{name: "one more value", pairs: []string{"hello, world", "hello, world, again"}},
	{name: "another weight", pairs: []string{"world", "{value: world, weight: 3}"}},
	{name: "another value", pairs: []string{"secret-key", "secret-yek"}},
	{name: "evict", pairs: []string{"for: 1m", "for: 2m"}},
	{name: "other failures", pairs: []string{"for: 1m", "for: 1m, after: 2, forever: [401]"}},
	{name: "a set", pairs: []string{"name: X-Key, values: [secret-key]", "set: [{X-Key: secret-key, X-User: u}, {X-User: v}]"}},
	{name: "pick and limit", pairs: []string{"for: 1m}", "for: 1m}, pick: {sticky: {by: cookie sid}}, limit: 60/1m"}},
	{name: "pick", pairs: []string{"for: 1m}", "for: 1m}, pick: in_order, when_all_out: reject"}},
	{name: "another header", pairs: []string{"X-Key", "X-Other"}},
	{name: "order of headers", pairs: []string{userAgent, "", key, key + userAgent}},
	{name: "a module's config", pairs: []string{"secret-token", "secret-nekot"}},
	{name: "no config", pairs: []string{", config: {token: secret-token}", ""}},
	{name: "a module's code", pairs: []string{"own.wasm", "other.wasm"}},
	{name: "code and config", pairs: []string{"own.wasm", "longer.wasm", "secret-token", "secret"}},
	{name: "env", pairs: []string{"own.wasm", "own.wasm, env: {KEY: secret-env, MODE: a}"}},
	{name: "fail", pairs: []string{"own.wasm", "own.wasm, fail: open"}},
	{name: "share", pairs: []string{"own.wasm", "own.wasm, share: pair"}},
	{name: "inline: env and fail", inline: true, pairs: []string{"own.wasm", "own.wasm, env: {KEY: secret-env}, fail: closed"}},
	{name: "a module instead of headers", pairs: []string{"headers:\n" + userAgent + key, "module: own.wasm\n"}},
	{name: "headers instead of a module", pairs: []string{"module: own.wasm, config: {token: secret-token}", "headers: [{name: x, values: [v]}]"}},
	{name: "mutate instead of headers", pairs: []string{"headers:\n" + userAgent + key, mutate}},
	{name: "mutate", from: []string{"headers:\n" + userAgent + key, mutate}, pairs: []string{"secret-a", "secret-bc", "X-Old", "X-Other"}},
	{name: "typed_config instead of headers", pairs: []string{"headers:\n" + userAgent + key, apiKeys}},
	{name: "typed_config", from: []string{"headers:\n" + userAgent + key, apiKeys}, pairs: []string{"secret-a", "secret-b", "hide_credentials: true", "hide_credentials: false"}},
	{name: "typed_config with match", from: []string{"headers:\n" + userAgent + key, apiKeys + "    match: {path: /}\n"}, pairs: []string{"secret-a", "secret-bc"}},
	{name: "another type", from: []string{"headers:\n" + userAgent + key, apiKeys}, pairs: []string{apiKeys, lua}},
	{name: "inline: typed_config", inline: true, from: []string{"headers:\n" + userAgent + key, lua}, pairs: []string{"end", "end end"}},
	{name: "one more filter", pairs: []string{"upstreams:", "  - {name: third, headers: [{name: x, values: [v]}]}\nupstreams:"}},
	{name: "one filter less", pairs: []string{second, ""}},
	{name: "another name", pairs: []string{"name: second", "name: other"}},
	{name: "order of filters", pairs: []string{second, "", "filters:\n", "filters:\n" + second}},
	{name: "match", pairs: []string{"name: first", "name: first\n    match: {path: [/api/*, /v2], host: a.example, methods: GET, headers: {X-Plan: secret-plan}, percent: 10}"}},
	{name: "another match", pairs: []string{"{name: second,", "{name: second, match: {headers: {x: secret-a}},", "hello", "again"}},
	{name: "inline: match", inline: true, pairs: []string{"{name: second,", "{name: second, match: {path: /},"}},
	{name: "match for each try", retry: true, pairs: []string{"name: first", "name: first\n    match: {host: a.example, percent: 0.5}"}},
	{name: "match of Host", pairs: []string{"X-Key, values: [secret-key]", "Host, values: [b.example]", "name: first", "name: first\n    match: {path: /}"}},
	{name: "upstreams' match", pairs: []string{"upstreams:\n", "upstreams:\n  - {name: api, host: b.example, port: 443, match: {path: /api/*, host: [a.b, \"*.b\"]}}\n"}},
	{name: "no filters", pairs: []string{"filters:\n  - name: first\n    headers:\n" + userAgent + key + second, "filters: []\n"}},
	{name: "on_missing", pairs: []string{"port: 10000", "port: 10000, on_missing: pass"}},
	{name: "access_log", pairs: []string{"port: 10000", "port: 10000, access_log: text"}},
	{name: "access_log and values", pairs: []string{"port: 10000", "port: 10000, access_log: off", "hello, world", "again"}},
	{name: "filter_config", pairs: []string{"port: 10000", "port: 10000, filter_config: inline"}},
	{name: "inline: a value and a config", inline: true, pairs: []string{"world", "again", "secret-token", "secret"}},
	{name: "inline: a module's code", inline: true, pairs: []string{"own.wasm", "other.wasm"}},
	{name: "address and values", pairs: []string{"127.0.0.1", "0.0.0.0", "hello, world", "again"}},
	{name: "port and filters", pairs: []string{"10000", "10001", second, ""}},
	{name: "any address", pairs: []string{"127.0.0.1", `"::"`}},
	{name: "authority", pairs: []string{"X-Key, values: [secret-key]", "Host, values: [b.example]"}},
	{name: "balance", pairs: []string{"upstreams:\n", "  - {name: pick, balance: {upstreams: [b, a], evict: {on: [5xx], for: 30s}}}\nupstreams:\n  - {name: b, host: b.example, port: 443}\n"}},
	{name: "balance and retry", pairs: []string{"upstreams:\n", "  - {name: pick, balance: {upstreams: [b, a]}, retry: {on: [5xx], tries: 2}}\nupstreams:\n  - {name: b, host: b.example, port: 443}\n"}},
	{name: "upstream's name", pairs: []string{"{name: a,", "{name: b,"}},
	{name: "upstream's host", pairs: []string{"a.example", "b.example"}},
	{name: "upstream's address", pairs: []string{"a.example", "192.0.2.1"}},
	{name: "upstream's port", pairs: []string{"443", "444"}},
	{name: "no tls", pairs: []string{", tls: {ca: ca.pem}", ""}},
	{name: "another ca", pairs: []string{"{ca: ca.pem}", "{}"}},
	{name: "another sni", pairs: []string{"ca: ca.pem", "ca: ca.pem, sni: c.example"}},
	{name: "listener tls", pairs: []string{"port: 10000", "port: 10000, tls: {cert: server.crt, key: server.key}"}},
	{name: "client certificate", pairs: []string{"ca: ca.pem", "ca: ca.pem, cert: server.crt, key: server.key"}},
	{name: "renewed", tls: true, pairs: []string{"{cert: server.crt, key: server.key}", "{cert: other.crt, key: other.key}"}},
	{name: "http", pairs: []string{"ca.pem}", "ca.pem}, http: 2"}},
	{name: "timeouts", pairs: []string{"ca.pem}", "ca.pem}, connect_timeout: 2s, timeout: 30s, idle: 90s"}},
	{name: "response_header", pairs: []string{"name: first", "name: first\n    response_header: X-Mark"}},
	{name: "retry", pairs: []string{"name: first", "name: first\n    retry: {on: [429], tries: 3}"}},
	{name: "retry of gRPC", pairs: []string{"name: first", "name: first\n    retry: {grpc: [UNAVAILABLE], tries: 2, non_idempotent: true}"}},
	{name: "retry on another status", retry: true, pairs: []string{"on: [429]", "on: [5xx, 408]"}},
	{name: "another value and retry", pairs: []string{"name: first", "name: first\n    retry: {on: [4xx], tries: 2, non_idempotent: true}", "hello", "again"}},
	{name: "retry and inline", retry: true, pairs: []string{"port: 10000", "port: 10000, filter_config: inline"}},
	{name: "retry goes on", retry: true, pairs: []string{"tries: 3", "tries: 2"}},
	{name: "retry goes on with another value", retry: true, pairs: []string{"hello, world", "again"}},
	{name: "one filter less, with retry", retry: true, pairs: []string{
		"  - name: first\n    retry: {on: [429], tries: 3}\n    headers:\n" + userAgent + key, ""}},
	{name: "one more upstream", pairs: []string{"ca.pem}}", "ca.pem}}\n  - {name: spare, host: spare.example, port: 80}"}},
}

const (
	userAgent = "      - {name: User-Agent, values: [hello, world], evict: {on: [4xx], for: 1m}}\n"
	key       = "      - {name: X-Key, values: [secret-key]}\n"
	mutate    = `mutate: {request: {set: {X-New: "secret-a %REQ(x)%"}, remove: [X-Old]}, response: {default: {X-Frame: DENY}}}` + "\n"
	apiKeys   = "typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth, " +
		"credentials: [{key: secret-a, client: me}], key_sources: [{header: x-key}], forwarding: {hide_credentials: true}}\n"
	lua = "typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, " +
		"default_source_code: {inline_string: 'function envoy_on_request(h) end'}}\n"
	second = "  - {name: second, module: own.wasm, config: {token: secret-token}}\n"
)

// testdata/plans.txt has what each edit does, and what undoing it does.
func TestPlans(t *testing.T) {
	base, err := os.ReadFile("testdata/base.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, e := range edits {
		was := string(base)
		if e.inline {
			was = strings.Replace(was, "port: 10000", "port: 10000, filter_config: inline", 1)
		}
		if e.retry {
			was = strings.Replace(was, "name: first", "name: first\n    retry: {on: [429], tries: 3}", 1)
		}
		if e.tls {
			was = strings.Replace(was, "port: 10000", "port: 10000, tls: {cert: server.crt, key: server.key}", 1)
		}
		was = replaced(t, e.name, was, e.from)
		is := replaced(t, e.name, was, e.pairs)
		fmt.Fprintf(&got, "# %s\n%s# and back\n%s\n", e.name, compare(t, was, is), compare(t, is, was))
	}
	const golden = "testdata/plans.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got.String()); d != "" {
		t.Errorf("-%s +planned:\n%s", golden, d)
	}
}

func replaced(t *testing.T, name, text string, pairs []string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%s: nothing to replace: %q", name, pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

func compare(t *testing.T, was, is string) string {
	t.Helper()
	changes, err := Compare(served(t, was), served(t, is))
	if err != nil {
		t.Fatal(err)
	}
	between, err := Between(built(t, was), built(t, is))
	hideDigests(changes)
	if err != nil || !reflect.DeepEqual(changes, between) {
		t.Errorf("over HTTP it is %+v, in one process %+v, %v", changes, between, err)
	}
	var out strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&out, "%s: %s\n", c.Resource, c.Effect)
		for _, d := range c.Details {
			fmt.Fprintf(&out, "    %s\n", d)
		}
		if c.Drains != strings.Contains(c.Effect, "connections open now drain") {
			t.Errorf("%s: %s: drains is %t", c.Resource, c.Effect, c.Drains)
		}
	}
	return out.String()
}

var ca = func() []byte {
	u, err := uaecho.New(uaecho.Options{})
	if err != nil {
		panic(err)
	}
	return u.CA()
}()

func served(t *testing.T, text string) Resources { return servedWith(t, text, nil) }

func servedWith(t *testing.T, text string, key []byte) Resources {
	t.Helper()
	r, err := Describe("", built(t, text), key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func built(t *testing.T, text string) []proto.Message {
	t.Helper()
	c, err := config.Parse("base.yaml", []byte(text), func(path string) ([]byte, error) {
		switch filepath.Base(path) {
		case "own.wasm":
			return []byte("\x00asm\x01\x00\x00\x00\x00\x01a"), nil
		case "other.wasm":
			return []byte("\x00asm\x01\x00\x00\x00\x00\x01b"), nil
		case "longer.wasm":
			return []byte("\x00asm\x01\x00\x00\x00\x00\x03ccc"), nil
		case "server.crt", "server.key", "other.crt", "other.key":
			return os.ReadFile("../config/testdata/files/" + filepath.Base(path))
		}
		return ca, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	resources, err := snapshot.Build(c)
	if err != nil {
		t.Fatal(err)
	}
	return resources
}
