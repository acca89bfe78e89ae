package config

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

// secrets are what may stand anywhere in a broken file. They are no names: these may be repeated.
var secrets = []string{
	"canary-Xy7", "Q9z!", `a"b\c<d&e`, "päss wörd 7", "c2VjcmV0IG9mIGEgdGVzdA==", "canary_Xy7_0123456789_0123456789_0123456789_0123456789",
}

// spots are broken configs, or parts of one, with SECRET where something else belongs.
var spots = strings.Split(strings.TrimSpace(`
- {name: f, match: {SECRET: a}, headers: [{name: X-A, values: [a]}]}
- {name: f, match: {path: 'SECRET'}, headers: [{name: X-A, values: [a]}]}
- {name: f, match: {host: 'SECRET/'}, headers: [{name: X-A, values: [a]}]}
- {name: f, match: {methods: ['SECRET']}, headers: [{name: X-A, values: [a]}]}
- {name: f, match: {percent: 'SECRET'}, headers: [{name: X-A, values: [a]}]}
- {name: f, match: {percent: SECRET}, headers: [{name: X-A, values: [a]}]}
- {name: f, match: {headers: {'X y': 'SECRET'}}, headers: [{name: X-A, values: [a]}]}
- {name: f, match: {headers: {X-A: ['SECRET', 'SECRET']}}, headers: [{name: X-B, values: [a]}]}
- {name: f, match: {headers: {X-A: {a: SECRET}}}, headers: [{name: X-B, values: [a]}]}
- {name: 'SECRET ', headers: [{name: X-A, values: [a]}]}
- {name: f, headers: 'SECRET'}
- {name: f, headers: {SECRET: a}}
- {name: f, headers: ['SECRET']}
- {name: f, headers: [{name: ' SECRET', values: [a]}]}
- {name: f, headers: [{name: X-A, values: [a], SECRET: a}]}
- {name: f, headers: [{name: X-A, values: {a: 'SECRET'}}]}
- {name: f, headers: [{name: X-A, values: 'SECRET'}]}
- {name: f, headers: [{name: X-A, values: ['SECRET', 'SECRET']}]}
- {name: f, headers: [{name: X-A, values: [!SECRET]}]}
- {name: f, headers: [{name: X-A, values: [!SECRET a]}]}
- {name: f, headers: [{name: X-A, values: [!!SECRET a]}]}
- {name: f, headers: [{name: X-A, values: [!<SECRET> a]}]}
- {name: f, headers: [{name: X-A, values: [&SECRET a]}]}
- {name: f, headers: [{name: X-A, values: [*SECRET]}]}
- {name: f, headers: [{name: X-A, values: [SECRET: a]}]}
- {name: f, headers: [{name: X-A, values: [{value: 'SECRET', weight: 0}]}]}
- {name: f, headers: [{name: X-A, values: [{value: a, weight: 'SECRET'}]}]}
- {name: f, headers: [{name: X-A, values: [{value: a, weight: SECRET}]}]}
- {name: f, headers: [{name: X-A, values: [{value: a, as: 'SECRET='}]}]}
- {name: f, headers: [{name: X-A, values: [{value: a, SECRET: 3}]}]}
- {name: f, headers: [{name: X-A, values: ["SECRET\u200b"]}]}
- {name: f, headers: [{name: X-A, values: ["SECRET\n"]}]}
- {name: f, headers: [{name: X-A, values: ['${SECRET_A}', '{{ SECRET }}', '%SECRET(a)%']}]}
- {name: f, headers: [{name: X-A, prefix: 'SECRET ', values: ['SECRET a']}]}
- {name: f, headers: [{name: X-A, prefix: {a: 'SECRET'}, values: [a]}]}
- {name: f, headers: [{name: X-A, values_from: 'SECRET'}]}
- {name: f, headers: [{name: X-A, values_from: '~/SECRET'}]}
- {name: f, headers: [{name: X-A, values_from: ['SECRET']}]}
- {name: f, headers: [{name: X-A, values_from: secret.txt}]}
- {name: f, headers: [{name: X-A, values_from: secret.jsonl}]}
- {name: f, headers: [{name: X-A, values_from: quoted.txt}]}
- {name: f, headers: [{name: X-A, values_from_env: 'SECRET'}]}
- {name: f, headers: [{name: X-A, values_from_env: [A, 'SECRET', 'SECRET']}]}
- {name: f, headers: [{set: 'SECRET'}]}
- {name: f, headers: [{set: [{'SECRET ': a}]}]}
- {name: f, headers: [{set: [{X-A: 'SECRET', X-B: {a: SECRET}}, {X-A: 'SECRET'}, {X-A: 'SECRET'}]}]}
- {name: f, headers: [{set_from: 'SECRET'}]}
- {name: f, headers: [{set_from: secret.csv}]}
- {name: f, headers: [{set_from: head.csv}]}
- {name: f, headers: [{set_from: secret.jsonl}]}
- {name: f, headers: [{name: X-A, values: [a], pick: 'SECRET'}]}
- {name: f, headers: [{name: X-A, values: [a], pick: {sticky: {by: 'SECRET'}}}]}
- {name: f, headers: [{name: X-A, values: [a], pick: {sticky: {by: 'header SECRET='}}}]}
- {name: f, headers: [{name: X-A, values: [a], limit: 'SECRET'}]}
- {name: f, headers: [{name: X-A, values: [a], limit: '60/SECRET'}]}
- {name: f, headers: [{name: X-A, values: [a], when_all_out: 'SECRET'}]}
- {name: f, headers: [{name: X-A, values: [a], evict: {on: ['SECRET'], for: 'SECRET'}}]}
- {name: f, headers: [{name: X-A, values: [a], evict: {grpc: ['SECRET'], for: SECRET}}]}
- {name: f, headers: [{name: X-A, values: [a], evict: {header: {'X y': 'SECRET'}, for: 1m}}]}
- {name: f, headers: [{name: X-A, values: [a], evict: {header: {X-A: ['SECRET']}, for: 1m}}]}
- {name: f, headers: [{name: X-A, values: [a], evict: {header: {X-A: 'SECRET*'}, for: 1m}}]}
- {name: f, headers: [{name: X-A, values: [a], evict: {on: [4xx], for: 1m, retry_after: 'SECRET', reset_header: 'SECRET '}}]}
- {name: f, headers: [{name: X-A, values: [a]}], response_header: 'SECRET '}
- {name: f, headers: [{name: X-A, values: [a]}], retry: {on: [SECRET], tries: SECRET, non_idempotent: SECRET}}
- {name: f, balance: {upstreams: ['SECRET', 'SECRET']}}
- {name: f, balance: {upstreams: [{name: 'SECRET', weight: SECRET}]}}
- {name: f, mutate: {request: {set: {'X y': 'SECRET'}}}}
- {name: f, mutate: {request: {set: {X-A: '%SECRET%'}}}}
- {name: f, mutate: {request: {set: {X-A: '%REQ(SECRET)'}}}}
- {name: f, mutate: {request: {set: {X-A: '%REQ(a b SECRET)%'}}}}
- {name: f, mutate: {request: {set: {X-A: '%req(SECRET)%'}}}}
- {name: f, mutate: {request: {set: {X-A: ['SECRET']}}}}
- {name: f, mutate: {request: {SECRET: {X-A: a}}}}
- {name: f, mutate: {request: {remove: ['SECRET ', 'SECRET ']}}}
- {name: f, module: 'SECRET'}
- {name: f, module: f.wasm, config: {SECRET: 1, SECRET: 2}}
- {name: f, module: f.wasm, config: {a: !SECRET b}}
- {name: f, module: f.wasm, config: {a: [*SECRET]}}
- {name: f, module: f.wasm, config: 'SECRET', config_from: 'SECRET'}
- {name: f, module: f.wasm, config_from: secret.yaml}
- {name: f, module: f.wasm, config_from: secret.json}
- {name: f, module: f.wasm, env: {'SECRET ': a}}
- {name: f, module: f.wasm, env: {A: ['SECRET']}}
- {name: f, module: f.wasm, env: {A: "SECRET\0"}}
- {name: f, module: f.wasm, share: 'SECRET '}
- {name: f, module: f.wasm, fail: 'SECRET'}
- {name: f, typed_config: 'SECRET'}
- {name: f, typed_config: {'@type': 'SECRET'}}
- {name: f, typed_config: {'@type': 'type.googleapis.com/SECRET'}}
- {name: f, typed_config: {'@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.SECRET'}}
- {name: f, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, SECRET: a}}
- {name: f, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, source_codes: {'SECRET ': {SECRET: a}}}}
- {name: f, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, clear_route_cache: 'SECRET'}}
- {name: f, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz, transport_api_version: 'SECRET'}}
- {name: f, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz, http_service: {server_uri: {uri: 'SECRET', cluster: 'SECRET', timeout: 'SECRET'}}}}
- {name: f, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz, http_service: {authorization_request: {headers_to_add: [{key: "SECRET\n", value: "SECRET\n"}]}}}}
- {name: f, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC, rules: {policies: {a: {permissions: [{url_path: {path: {safe_regex: {regex: 'SECRET('}}}}], principals: [{any: true}]}}}}}
- {name: f, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer, max_request_bytes: 'SECRET'}}
- {name: f, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.basic_auth.v3.BasicAuth, users: {inline_bytes: 'SECRET!'}}}
- {name: f, SECRET: a, headers: [{name: X-A, values: [a]}]}
- 'SECRET'
- [SECRET]
- {name: f, headers: [{name: X-A, values: ['SECRET]}]}
- {name: f, headers: [{name: X-A, values: ["SECRET\q"]}]}
- {name: f, headers: [{name: X-A, values: [@SECRET]}]}
- {name: f, headers: [{name: X-A, values: [%SECRET]}]}
- {name: f, <<: SECRET, headers: [{name: X-A, values: [a]}]}
`), "\n")

// files are whole configs.
var wholeFiles = []string{
	"SECRET", "SECRET: a", "- SECRET", "%SECRET\n---\na: b", "%TAG !s! SECRET\n---\n!s!a b", "a: b\n---\nSECRET: 1", "filters: []\nfilters: SECRET\nupstreams: []",
	"upstreams: SECRET\nfilters: []", "filters: []\nupstreams: [{name: a, host: 'SECRET SECRET', port: SECRET}]",
	"filters: []\nupstreams: [{name: a, host: '[SECRET]', port: 1, http: SECRET, timeout: SECRET, idle: 'SECRET'}]",
	"filters: []\nupstreams: [{name: a, host: 10.0.0.SECRET.1, port: 1}]", "filters: []\nupstreams: [{name: a, host: 'fe80::1%SECRET', port: 1}]",
	"filters: []\nupstreams: [{name: a, host: a, port: 1, tls: {sni: 'SECRET/', ca: 'SECRET', cert: 'SECRET', key: 'SECRET'}}]",
	"filters: []\nupstreams: [{name: a, host: a, port: 1, tls: {ca: secret.pem, cert: secret.pem, key: secret.pem}}]",
	"filters: []\nupstreams: [{name: a, host: a, port: 1, tls: SECRET}]",
	"filters: []\nlistener: {address: SECRET, port: SECRET, on_missing: SECRET, filter_config: SECRET, access_log: SECRET, SECRET: a}\nupstreams: []",
	"filters: []\nlistener: {address: 'fe80::1%SECRET'}\nupstreams: []", "filters: []\n\tSECRET: a", "filters: [\nSECRET: {", "\"SECRET", "a: |SECRET\n  b", "a: SECRET: b",
	"filters:\n- SECRET\n a: b", "\x01SECRET", "SECRET\xff", "\xff\xfeSECRET", "filters: []\nupstreams: &SECRET [*SECRET]", "? SECRET\n: a", "? [SECRET]\n: a",
}

func brokenFiles(secret string) map[string]string {
	return map[string]string{
		"secret.txt": "good\n" + secret + "\u200b\n", "quoted.txt": `"` + secret + `"`, "secret.jsonl": `{"` + secret + `": "` + secret + `"}`,
		"secret.csv": "X-A,weight\na," + secret, "head.csv": "X-A,SEC " + secret + "\na,b", "secret.yaml": "a: !" + secret + " b\n" + secret + ": 1\n" + secret + ": 2",
		"secret.json": `{"a": "` + secret + `", "a": ` + secret + `}`, "f.wasm": "\x00asm\x01\x00\x00\x00",
		"secret.pem": "-----BEGIN " + secret + "-----\nc2VjcmV0\n-----END " + secret + "-----\n",
	}
}

// TestErrorsQuoteNothing: whatever stands where something else belongs is not repeated.
func TestErrorsQuoteNothing(t *testing.T) {
	var configs []string
	for _, p := range spots {
		configs = append(configs, "filters:\n"+p+"\nupstreams: [{name: u, host: u, port: 1}]")
	}
	for _, config := range append(configs, wholeFiles...) {
		broken := false
		for _, secret := range secrets {
			files := brokenFiles(secret)
			_, err := Parse("c.yaml", []byte(strings.ReplaceAll(config, "SECRET", secret)), func(name string) ([]byte, error) {
				data, there := files[name]
				if !there {
					return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
				}
				return []byte(data), nil
			})
			if err == nil {
				continue // what breaks one breaks not the others
			}
			broken = true
			mustNotRepeat(t, err, secret, config)
		}
		if !broken {
			t.Errorf("accepted:\n%s", config)
		}
	}
}

// mustNotRepeat looks for whole secrets, and for eight characters of one.
func mustNotRepeat(t *testing.T, err error, secret, where string) {
	t.Helper()
	text := err.Error()
	for _, form := range []string{secret, fmt.Sprintf("%q", secret), strings.ToUpper(secret), strings.ToLower(secret)} {
		runes := []rune(form)
		for i := range max(1, len(runes)-7) {
			if run := string(runes[i:min(len(runes), i+8)]); strings.Contains(text, run) {
				t.Errorf("%s\nrepeats %q of it: %s", where, run, text)
				return
			}
		}
	}
}

// FuzzErrorsQuoteNothing: nothing that cannot be a name is repeated, wherever it stands.
func FuzzErrorsQuoteNothing(f *testing.F) {
	for _, name := range append(files(f, "valid-"), files(f, "invalid-")...) {
		for at := 0; at < len(content(f, name)); at += 97 {
			f.Add(content(f, name), uint16(at), uint8(at))
		}
	}
	const secret = "Qz@Xj=Wv Kq,9y~Vb?4Zt"
	forms := []string{"%s", `"%s"`, `'%s'`, "!%s ", "&%s ", "*%s ", "%s: ", "\n%s\n", ": %s", "'%s': ", "[%s]", "{%s: a}", "#%s", "%%%s%%", "${%s}"}
	f.Fuzz(func(t *testing.T, data []byte, at uint16, form uint8) {
		i := min(int(at), len(data))
		data = fmt.Appendf(nil, "%s"+forms[int(form)%len(forms)]+"%s", data[:i], secret, data[i:])
		_, err := Parse("c.yaml", data, func(string) ([]byte, error) { return nil, fs.ErrNotExist })
		var errs Errors
		if err != nil && !errors.As(err, &errs) {
			t.Fatal(err)
		}
		if err != nil {
			mustNotRepeat(t, err, secret, string(data))
		}
	})
}
