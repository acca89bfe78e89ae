package redact

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

func of(secret []string, public ...string) *Texts {
	return Of(func() ([]string, []string) { return secret, public })
}

func TestHide(t *testing.T) {
	texts := of([]string{
		"sk-live-4711-abcdef", "Ca9x", `a"b\c<d&e é`, "hello", "true", "auth",
		"basic YWxpY2U6c2VzYW1lLW9wZW4=", "function envoy_on_request(request_handle)\n  local key = 'k-12345678'\nend",
	}, "auth", "my-filter", "X-Api-Key")
	for words, want := range map[string]string{
		"":                                      "",
		"bad config":                            "bad config",
		"key sk-live-4711-abcdef is bad":        "key … is bad",
		"key SK-LIVE-4711-ABCDEF is bad":        "key … is bad",
		"part -4711-ab of it":                   "part … of it",
		"seven 4711-ab of it":                   "seven 4711-ab of it",
		"pin=Ca9x, Ca9xy, xCa9x":                "pin=…, Ca9xy, xCa9x",
		`json a\"b\\c\u003cd\u0026e \u00e9 end`: "json … end",
		"say hello, othello":                    "say …, othello",
		"must be true":                          "must be true", // a word of everybody's
		"unknown cluster 'auth'":                "unknown cluster 'auth'",
		"filter my-filter: x-api-key":           "filter my-filter: x-api-key",
		`script load error: [string "function envoy_on_request(request_handle)..."]:3: '=' expected near 'end'`: `script load error: [string "…..."]:3: '=' expected near 'end'`,
		"attempt to call a nil value in function 'envoy_on_request'":                                            "attempt to call a nil value in function 'envoy_on_request'",
		"k-12345678":                    "…",
		"password of alice:sesame-open": "password of …",
	} {
		if got := texts.Hide(words); got != want {
			t.Errorf("%q: got %q, want %q", words, got, want)
		}
	}
	if got := (*Texts)(nil).Hide("a"); got != "a" {
		t.Errorf("no texts: %q", got)
	}
}

// TestForms: a text is found in whatever form it is quoted, wherever it stands in it.
func TestForms(t *testing.T) {
	for _, secret := range []string{"canary-Xy7-41-secret", `q"u\o<t>e&d`, "pässwörd-äöü", "tab\tand\nfeed"} {
		texts := of([]string{secret})
		for _, around := range []string{"%s", "a%s", "ab%sc", "user:%s", "<%s>"} {
			text := fmt.Sprintf(around, secret)
			for name, form := range map[string]string{
				"plain": text, "go": strconv.Quote(text), "ascii": strconv.QuoteToASCII(text), "url": url.QueryEscape(text), "path": url.PathEscape(text),
				"base64": base64.StdEncoding.EncodeToString([]byte(text)), "base64url": base64.RawURLEncoding.EncodeToString([]byte(text)),
				"hex": hex.EncodeToString([]byte(text)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(text))),
			} {
				got := texts.Hide("it said " + form + " and failed")
				if !strings.HasPrefix(got, "it said ") || !strings.HasSuffix(got, " and failed") || len(got) > 50 {
					t.Errorf("%s of %q: %q", name, text, got)
				}
			}
		}
	}
}

func TestJoin(t *testing.T) {
	both := Join(of([]string{"sk-live-4711"}), of([]string{"tok-9876543"}, "my-filter"))
	if got := both.Hide("my-filter has sk-live-4711 and tok-9876543"); got != "my-filter has … and …" {
		t.Error(got)
	}
}

func BenchmarkHide(b *testing.B) {
	for name, words := range map[string]string{
		"NACK":  strings.Repeat("Error adding/updating listener(s) ingress: Unable to create Wasm plugin x. ", 50),
		"worst": strings.Repeat("-", 4000),
	} {
		b.Run(name, func(b *testing.B) {
			texts := of([]string{strings.Repeat("sk-live-4711-abcdef-", 25_000), strings.Repeat("-", 500_000)})
			texts.ready.Do(texts.take)
			for b.Loop() {
				texts.hide(words)
			}
		})
	}
}
