package snapshot

import (
	"fmt"
	"regexp"
	"strings"
)

// instructions is how many an expression may come to, by the upper bounds of otherSpellings: Envoy refuses more than 100.
const instructions = 90

// asURL is for those who read a path as a URL is read: for new URL(path, base) of browsers and Node //x/admin is the
// path /admin of a host x.
const asURL = `(?://\C*)?`

// otherSpellings is an expression for all spellings of a pattern that needless and dotSegments leave, its own too: segments in
// the other case, more slashes for one, behind // and a host, slashes and signs encoded, parameters at the end of segments. If that has too
// many instructions it is for a beginning, and not for the whole.
func otherSpellings(pattern string) (expression string, whole bool) {
	text, prefix := strings.CutSuffix(pattern, "*")
	var b strings.Builder
	b.WriteString(`(?i)` + asURL)
	size := 22
	for i := 0; i < len(text); i++ {
		if i == segments(pattern) {
			b.WriteString(`(?-i)`)
		}
		part, cost, c := "", 0, text[i]
		switch {
		case c == '/' && i > 0 && text[i-1] == '/': // any number of them is one
		case c == '/':
			part, cost = `(?:(?:;\C*)?(?:/|%(?:25)*2f))+`, 16
		case encodedAt.MatchString(text[i:]):
			part, cost = `%(?:25)*(?i:`+text[i+1:i+3]+`)`, 10
			i += 2
		case c == 'k', c == 'K', c == 's', c == 'S': // there are a third k and s in Unicode
			part, cost = string(c), 5
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-_", c) >= 0:
			part, cost = string(c), 1
		default:
			part, cost = fmt.Sprintf(`(?:%s|%%(?:25)*(?i:%02x))`, regexp.QuoteMeta(string(c)), c), 11
		}
		if size += cost; size > instructions {
			return b.String() + `\C*`, false
		}
		b.WriteString(part)
	}
	if prefix {
		return b.String() + `\C*`, true
	}
	return b.String() + `(?:;\C*)?`, true
}

var encodedAt = regexp.MustCompile(`^%[0-9a-fA-F]{2}`)

// segments is how much of a pattern is whole segments: of /a/b* it is /a/, since /a/Books is no other spelling of anything.
func segments(pattern string) int {
	if text, prefix := strings.CutSuffix(pattern, "*"); prefix {
		return strings.LastIndexByte(text, '/') + 1
	}
	return len(pattern)
}
