package plan

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// What may be secret or is long is in none of the resources, however filters are delivered.
func TestHidden(t *testing.T) {
	base, err := os.ReadFile("testdata/base.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		string(base),
		strings.Replace(string(base), "port: 10000", "port: 10000, filter_config: inline", 1),
	} {
		text = strings.Replace(text, "module: own.wasm", "module: own.wasm, match: {headers: {X-Plan: secret-plan}}, env: {A: secret-env}", 1)
		text = strings.Replace(text, "on: [4xx]", "on: [4xx], header: {X-Left: secret-left}", 1)
		more := "  - name: third\n    " + mutate + "  - name: fourth\n    " + apiKeys + "  - name: fifth\n    " + apiKeys + "    match: {path: /}\n" +
			"  - name: sixth\n    " + strings.Replace(lua, "default_source", "source_codes: {plain.lua: {inline_string: secret-code}, 'secret key': {inline_string: a}}, default_source", 1)
		text = strings.Replace(text, "upstreams:", more+"upstreams:", 1)
		r := served(t, text)
		shown, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		code := base64.StdEncoding.EncodeToString([]byte("\x00asm\x01\x00\x00"))
		for _, hidden := range []string{"hello", "world", "secret", "token", "BEGIN CERTIFICATE", code[:8],
			base64.StdEncoding.EncodeToString(ca)[:20]} {
			if strings.Contains(string(shown), hidden) {
				t.Errorf("%q is shown in %s", hidden, shown)
			}
		}
		// What is there tells people what it is about.
		for _, plain := range []string{"user-agent", "headers x-plan", "4xx", "a.example", "sha256:", "x-new", "ApiKeyAuth", "plain.lua", `\"count\":2`, " bytes"} {
			if !strings.Contains(string(shown), plain) {
				t.Errorf("no %q in %s", plain, shown)
			}
		}
	}
}

// Digests with a key tell nobody without it whether a guess is right, and are the same for the same.
func TestKeys(t *testing.T) {
	base, err := os.ReadFile("testdata/base.yaml")
	if err != nil {
		t.Fatal(err)
	}
	describe := func(key string) string {
		shown, err := json.Marshal(servedWith(t, string(base), []byte(key)))
		if err != nil {
			t.Fatal(err)
		}
		return string(shown)
	}
	one, other := describe("one"), describe("other")
	if one == other || one != describe("one") {
		t.Errorf("two keys, and a key twice: %s\n%s", one, other)
	}
	digests := regexp.MustCompile(`[0-9a-f]{64}`)
	if hidden := func(s string) string { return digests.ReplaceAllString(s, "") }; hidden(one) != hidden(other) {
		t.Errorf("differ in more than digests: %s\n%s", one, other)
	}
	for _, digest := range digests.FindAllString(describe(""), -1) {
		if strings.Contains(one, digest) {
			t.Errorf("%s is there in both", digest)
		}
	}
}

// An answer to a plan has no digests: these are of what is served, and have no key.
func TestAnswers(t *testing.T) {
	base, err := os.ReadFile("testdata/base.yaml")
	if err != nil {
		t.Fatal(err)
	}
	with := func(key string) Resources {
		filter := strings.Replace(lua, "default_source", "source_codes: {'"+key+"': {inline_string: a}}, default_source", 1)
		r := served(t, strings.Replace(string(base), "upstreams:", "  - name: sixth\n    "+filter+"upstreams:", 1))
		r.Version = key[:1]
		return r
	}
	a, err := Answers(with("secret key"), with("another secret"))
	if err != nil {
		t.Fatal(err)
	}
	shown, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(shown); strings.Contains(text, "sha256") || strings.Contains(text, "secret key") || !strings.Contains(text, "source_codes.…, 10 bytes: removed") {
		t.Error(text)
	}
}

// The resources come over HTTP: they mean the same afterwards.
func TestResourcesSurviveJSON(t *testing.T) {
	base, err := os.ReadFile("testdata/base.yaml")
	if err != nil {
		t.Fatal(err)
	}
	was := served(t, string(base))
	text, err := json.MarshalIndent(was, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	var is Resources
	if err := json.Unmarshal(text, &is); err != nil {
		t.Fatal(err)
	}
	changes, err := Compare(was, is)
	if err != nil || !reflect.DeepEqual(changes, []Change{}) {
		t.Errorf("%v, %v", changes, err)
	}
}

// A server of another version may send what this program does not know: that is no crash.
func TestOddResources(t *testing.T) {
	odd := func(typeURL, text string) Resources {
		return Resources{ByType: map[string][]json.RawMessage{typeURL: {json.RawMessage(text)}}}
	}
	const prefix = "type.googleapis.com/envoy.config."
	for _, tt := range []struct {
		r  Resources
		ok bool
	}{
		{odd("x", `{"@type": "type.googleapis.com/no.Such"}`), false},
		{odd("x", `7`), false},
		{odd(prefix+"cluster.v3.Cluster", `{"@type": "`+prefix+`cluster.v3.Cluster", "name": "n", "new_field": 1}`), true},
		{odd(prefix+"listener.v3.Listener", `{"@type": "`+prefix+`listener.v3.Listener", "name": "n"}`), true},
		{odd(prefix+"core.v3.TypedExtensionConfig", `{"@type": "`+prefix+`core.v3.TypedExtensionConfig", "name": "n"}`), true},
		{odd(prefix+"route.v3.RouteConfiguration", `{"@type": "`+prefix+`route.v3.RouteConfiguration", "name": "n"}`), true},
	} {
		for _, other := range []Resources{{}, tt.r} {
			if _, err := Compare(other, tt.r); (err == nil) != tt.ok {
				t.Errorf("%s: %v", tt.r.ByType, err)
			}
			if _, err := Compare(tt.r, other); (err == nil) != tt.ok {
				t.Errorf("%s: %v", tt.r.ByType, err)
			}
		}
	}
}
