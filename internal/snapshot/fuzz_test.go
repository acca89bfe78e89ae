package snapshot

import (
	"regexp"
	"strings"
	"testing"
)

// FuzzSpellings: whatever path a config names, there are expressions for it that Envoy takes, which the path itself fits.
func FuzzSpellings(f *testing.F) {
	for _, seed := range []string{"/admin/*", "/one", "/a%2Fb", "/v1.0/~x;y/*", "//", "/kiosks/%", "/(a|b)[c]{2}+$^"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if !strings.HasPrefix(path, "/") || len(path) > 1024 || strings.IndexFunc(path, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
			t.Skip("no path of a config")
		}
		expression, whole := otherSpellings(path)
		r, err := regexp.Compile(`^(?:` + strings.ReplaceAll(expression, `\C`, `(?s:.)`) + `)$`)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{strings.TrimSuffix(path, "*"), strings.ToUpper(strings.TrimSuffix(path, "*")), "/" + strings.TrimSuffix(path, "*")} {
			if !r.MatchString(p) {
				t.Errorf("%s does not fit %s (whole: %t)", p, expression, whole)
			}
		}
	})
}
