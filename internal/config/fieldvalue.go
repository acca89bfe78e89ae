package config

import (
	"cmp"
	"fmt"
	"strings"
)

// notAValue says why s cannot be the value of a header, "" if it can. It does not repeat s.
func notAValue(header, s string) string {
	if len(s) > maxValueBytes {
		return fmt.Sprintf("must have at most %d bytes, not %d", maxValueBytes, len(s))
	}
	for i, r := range []rune(s) {
		if r < ' ' && r != '\t' || r == 0x7f {
			return fmt.Sprintf("has %s at character %d; a header cannot carry it", character(r), i+1)
		}
	}
	if s != strings.Trim(s, " \t") {
		return "must not begin or end with a space or a tab; HTTP drops these"
	}
	if wrong := cmp.Or(hasUnseen(s), unfilled(s)); wrong != "" {
		return wrong
	}
	if header == ":authority" {
		return notAnAuthority(s)
	}
	return ""
}

// notAnAuthority checks s as host and port of RFC 3986, section 3.2.
func notAnAuthority(s string) string {
	if s == "" {
		return "must not be empty; it names the host that the request is for"
	}
	for _, r := range s {
		if !letterOrDigit(r) && !strings.ContainsRune("-._~!$&'()*+,;=:%[]", r) {
			return "must be a host, with a port or without; it cannot contain " + character(r)
		}
	}
	return ""
}
