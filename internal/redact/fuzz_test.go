package redact

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzHide: whatever the words and the text, nothing of the text is left that is as long as a part of
// it, words that have nothing of it stay as they are, and what is said is text.
func FuzzHide(f *testing.F) {
	f.Add("key sk-live-4711 is bad", "sk-live-4711-9e8d7c6b5a")
	f.Add(`json \u003c"a\"b\\c" %41 c2stbGl2ZS00NzEx 736b2d6c697665`, `<"a"b\cdefgh`)
	f.Add("…\xff\x00é", "éééééééé")
	f.Fuzz(func(t *testing.T, words, secret string) {
		texts := of([]string{secret})
		hidden := texts.Hide(words)
		if utf8.ValidString(words) && !utf8.ValidString(hidden) {
			t.Errorf("not text: %q", hidden)
		}
		text := lower(strings.TrimSpace(secret))
		has := func(words string) bool {
			for i := 0; i+long <= len(text); i++ {
				run := text[i : i+long]
				if strings.Contains(lower(words), run) && !strings.ContainsFunc(run, wordRune) {
					return true // letters may be an ordinary word
				}
			}
			return false
		}
		if has(hidden) {
			t.Errorf("%q of %q is left in %q", secret, words, hidden)
		}
		if f := formOf(words); len(text) >= long && !strings.ContainsAny(string(f.text), text) && hidden != words {
			t.Errorf("%q became %q", words, hidden)
		}
	})
}

func wordRune(r rune) bool { return r >= 'a' && r <= 'z' || r == utf8.RuneError }
