package snapshot

import "strings"

// mentions says whether words have name, and not as a part of a longer one. Names have
// letters, digits, '.', '_' and '-'; a sentence may end in a dot.
func mentions(words, name string) bool {
	for rest := words; name != ""; {
		at := strings.Index(rest, name)
		if at < 0 {
			return false
		}
		before, after := rest[:at], strings.TrimPrefix(rest[at+len(name):], ".")
		if !endsInName(before) && !endsInName(first(after)) {
			return true
		}
		rest = rest[at+len(name):]
	}
	return false
}

func first(s string) string { return s[:min(1, len(s))] }

func endsInName(s string) bool {
	if s == "" {
		return false
	}
	c := s[len(s)-1]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-'
}
