// Package terminal keeps what others wrote from playing tricks on the terminal of who reads it.
package terminal

import (
	"strings"
	"unicode"
)

// Text returns words with U+FFFD for all that cannot be printed, but for line ends and tabs.
func Text(words string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || r == '\n' || r == '\t' {
			return r
		}
		return unicode.ReplacementChar
	}, words)
}

// Line returns words on one line, with instead for all that cannot be printed.
func Line(words string, instead rune) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return instead
	}, words)
}
