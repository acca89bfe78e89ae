package config

import (
	"fmt"
	"unicode"
)

// unseen are characters that nobody sees, or takes for another one: they come along with text that
// was copied from a page, a chat or a word processor.
var unseen = map[rune]string{
	0x00a0: "no-break space",
	0x00ad: "soft hyphen",
	0x034f: "combining grapheme joiner",
	0x061c: "Arabic letter mark",
	0x180e: "Mongolian vowel separator",
	0x200b: "zero width space",
	0x200c: "zero width non-joiner",
	0x200d: "zero width joiner",
	0x200e: "left-to-right mark",
	0x200f: "right-to-left mark",
	0x2028: "line separator",
	0x2029: "paragraph separator",
	0x202a: "left-to-right embedding",
	0x202b: "right-to-left embedding",
	0x202c: "pop directional formatting",
	0x202d: "left-to-right override",
	0x202e: "right-to-left override",
	0x202f: "narrow no-break space",
	0x2060: "word joiner",
	0x2066: "left-to-right isolate",
	0x2067: "right-to-left isolate",
	0x2068: "first strong isolate",
	0x2069: "pop directional isolate",
	0x2800: "blank Braille pattern",
	0x3000: "ideographic space",
	0x3164: "Hangul filler",
	0xfeff: "zero width no-break space, or byte order mark",
	0xffa0: "halfwidth Hangul filler",
	0xfffd: "replacement character, in the place of one that was lost",
}

// unseenName is what r is called if nobody sees it, "" for all that is seen, tabs and line ends.
func unseenName(r rune) string {
	switch name := unseen[r]; {
	case name != "":
		return name
	case r >= 0x7f && unicode.Is(unicode.Cc, r):
		return "control character"
	case unicode.In(r, unicode.Zs) && r != ' ':
		return "a space of another width"
	case unicode.In(r, unicode.Cf, unicode.Noncharacter_Code_Point):
		return "invisible character"
	}
	return ""
}

// hasUnseen says which character of a value nobody sees, or returns "". It does not repeat the value.
func hasUnseen(s string) string {
	for i, r := range []rune(s) {
		if unseenName(r) != "" {
			return fmt.Sprintf("has %s at character %d; it came along with copied text, and would be sent", character(r), i+1)
		}
	}
	return ""
}
