package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// secrets are what may stand anywhere in a broken file. They are no names: these may be repeated.
var secrets = []string{
	"canary-Xy7", "Q9z!", `a"b\c<d&e`, "päss wörd 7", "c2VjcmV0IG9mIGEgdGVzdA==", "canary_Xy7_0123456789_0123456789_0123456789_0123456789",
}

// wholeFiles are broken configs, with SECRET where something else belongs.
var wholeFiles = []string{
	"filters: []\nupstreams: [{name: a, host: a, port: 1}]\nclients: SECRET", "clients: [SECRET]",
	"filters: []\nupstreams: [{name: a, host: a, port: 1}]\nclients: [{name: 'SECRET SECRET', node: ['SECRET', 'SECRET'], cluster: {SECRET: a}, SECRET: a}]",
	"filters: []\nupstreams: [{name: a, host: a, port: 1}]\nclients: [{name: 'a*SECRET*', node: '{*}SECRET{*}', cluster: \"SECRET\\0\"}]",
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
	filters, err := os.ReadFile("testdata/unquoted-filters.txt")
	if err != nil {
		t.Fatal(err)
	}
	for p := range strings.Lines(string(filters)) { // broken filters, with SECRET where something else belongs
		configs = append(configs, "filters:\n"+p+"upstreams: [{name: u, host: u, port: 1}]")
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
