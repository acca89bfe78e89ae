package e2e

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func writeFile(dir, name, text string) error {
	return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)
}

// everywhere is a config with a canary in every place that may hold a secret, and the files that it
// names. CANARY stands for another one each time.
const everywhere = `  - name: pool
    match: {headers: {X-Plan: ['CANARY', 'CANARY*', '*']}}
    headers:
      - {name: X-Pool, prefix: 'CANARY ', values: ['CANARY', {value: 'CANARY', weight: 3, as: team-a}],
         evict: {on: [4xx], header: {X-Left: 'CANARY'}, for: 1m}}
      - {name: X-File, values_from: keys.txt}
      - {name: X-Lines, values_from: lines.jsonl}
      - {name: X-Env, values_from_env: [E2E_SECRET]}
      - {set: [{X-Set-A: 'CANARY', X-Set-B: 'CANARY'}, {headers: {X-Set-A: 'CANARY'}, as: team-b}]}
      - {set_from: set.csv}
      - {set_from: set.jsonl}
    retry: {on: [503], tries: 2}
  - name: changes
    mutate: {request: {set: {X-M: 'CANARY %REQ(x)%'}, append: {X-N: ['CANARY']}}, response: {default: {X-O: 'CANARY'}}}
  - {name: loud, module: loud.wasm, config: {a: 'CANARY', n: 471147114711, l: ['CANARY', {'CANARY': 1}]}, env: {TOKEN: 'CANARY'}}
  - {name: loud-text, module: loud.wasm, config: 'A CANARY', share: loud}
  - {name: loud-file, module: loud.wasm, config_from: loud.yaml, fail: open}
  - name: lua
    typed_config:
      '@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
      default_source_code: {inline_string: 'local token = [[CANARY]] BROKEN'}
      source_codes: {' CANARY': {inline_string: 'local token = [[CANARY]]'}}
  - name: auth
    match: {path: /nobody}
    typed_config:
      '@type': type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
      http_service:
        server_uri: {uri: 'http://auth/CANARY', cluster: echo, timeout: 1s}
        authorization_request: {headers_to_add: [{key: X-Token, value: 'CANARY'}]}
  - name: keys
    match: {path: /nobody}
    typed_config:
      '@type': type.googleapis.com/envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth
      credentials: [{key: 'CANARY', client: 'CANARY'}]
      key_sources: [{header: X-Key}]
`

var canaryFiles = map[string]string{
	"keys.txt": "CANARY\nCANARY\n", "lines.jsonl": `{"value": "jsonl CANARY", "weight": 2}` + "\n", "set.csv": "X-S1,X-S2\ncsv CANARY,b\n",
	"set.jsonl": `{"X-S3": "jsonl CANARY"}` + "\n", "loud.yaml": "token: 'CANARY'\nlist: ['CANARY']\n",
}

// plantCanaries writes the files, and returns the filters.
func (s *stack) plantCanaries(c *canaries, filters string) string {
	module, err := os.ReadFile("testdata/loud.wasm")
	must(s.t, err)
	must(s.t, writeFile(s.dir, "loud.wasm", string(module)))
	plant := func(text string, escape func(string) string) string {
		for strings.Contains(text, "CANARY") {
			text = strings.Replace(text, "CANARY", escape(c.one()), 1)
		}
		return text
	}
	same := func(s string) string { return s }
	for name, text := range canaryFiles {
		escape := same
		switch filepath.Ext(name) {
		case ".jsonl":
			escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace
		case ".csv":
			text = strings.Replace(text, "csv CANARY", `"csv CANARY"`, 1)
			escape = func(s string) string { return strings.ReplaceAll(s, `"`, `""`) }
		}
		must(s.t, writeFile(s.dir, name, plant(text, escape)))
	}
	return strings.TrimSuffix(plant(filters, same), "\n")
}

// Nothing that the server shows has a secret of its config, while it is live and after an Envoy and
// preflight have refused edits of it in its own words.
func TestNothingLeaks(t *testing.T) {
	var c canaries
	t.Setenv("E2E_SECRET", c.one())
	s := newStack(t)
	filters := s.plantCanaries(&c, everywhere)
	c = append(c, "471147114711")
	s.addServerKey(&c)
	good := strings.Replace(filters, "BROKEN", "", 1)
	s.cfg.Filters = good
	s.save()
	s.flags = []string{"--state-dir", "state"}
	s.startServer()
	s.startEnvoy()
	s.live()
	live := s.text()
	c.mustNotTell(t, s.shown(strings.Replace(live, "X-Left", "X-Gone", 1)))

	s.cfg.Filters = filters // a Lua syntax error, which an Envoy finds and quotes
	s.save()
	s.mustRefuse("script load error")
	c.mustNotTell(t, s.shown(live))
	for _, letter := range []string{"R", "P"} {
		s.cfg.Filters = strings.Replace(good, "config: 'A ", "config: '"+letter+" ", 1)
		s.save()
		s.mustRefuse("it last said")
		c.mustNotTell(t, s.shown(s.text()))
	}
	s.cfg.Filters = good
	s.save()
	s.live()
	told := s.shown(live)
	c.mustNotTell(t, told)
	if !strings.Contains(told["/edits"], "it last said") || !strings.Contains(told["log"], "script load error") {
		t.Errorf("the refusals are gone: %s", told["/edits"])
	}
}

// addServerKey has the listener's key among the canaries: its lines, and what these mean.
func (s *stack) addServerKey(c *canaries) {
	for _, name := range []string{"server.crt", "server.key"} {
		data, err := os.ReadFile("../internal/config/testdata/files/" + name)
		must(s.t, err)
		must(s.t, writeFile(s.dir, name, string(data)))
		if name != "server.key" {
			continue
		}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "---") && len(line) > 20 {
				*c = append(*c, line)
				if der, err := base64.StdEncoding.DecodeString(line); err == nil {
					*c = append(*c, string(der))
				}
			}
		}
	}
	s.cfg.FilterConfig += ", tls: {cert: server.crt, key: server.key}"
}
