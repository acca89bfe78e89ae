package jsontext

import "unicode/utf8"

// String reads a string, with its escapes undone.
func (r *Reader) String() (string, *Error) {
	if r.Next() != '"' {
		return "", r.fail("must be a string")
	}
	r.pos++
	var out []byte
	start := r.pos
	for r.pos < len(r.text) {
		switch c := r.text[r.pos]; {
		case c == '"':
			out = append(out, r.text[start:r.pos]...)
			if !utf8.Valid(out) {
				return "", r.fail("invalid JSON: not UTF-8 before this")
			}
			r.pos++
			return string(out), nil
		case c < ' ':
			return "", r.fail("invalid JSON: control character in a string")
		case c == '\\':
			out = append(out, r.text[start:r.pos]...)
			char, ok := r.escape()
			if !ok {
				return "", r.fail("invalid JSON: escape")
			}
			out = utf8.AppendRune(out, char)
			start = r.pos
		default:
			r.pos++
		}
	}
	return "", r.fail("invalid JSON: string does not end")
}

// escape reads one escape sequence, or two that are one character: halves of a surrogate pair.
func (r *Reader) escape() (char rune, ok bool) {
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if r.pos+1 < len(r.text) {
		for i := range len(from) {
			if r.text[r.pos+1] == from[i] {
				r.pos += 2
				return rune(to[i]), true
			}
		}
	}
	char, ok = r.unicode()
	if ok && char >= 0xd800 && char < 0xdc00 {
		low, _ := r.unicode()
		if low < 0xdc00 || low > 0xdfff {
			return 0, false
		}
		char = 0x10000 + (char-0xd800)<<10 + (low - 0xdc00)
	}
	return char, ok && utf8.ValidRune(char)
}

// unicode reads \uXXXX.
func (r *Reader) unicode() (char rune, ok bool) {
	if r.pos+6 > len(r.text) || r.text[r.pos] != '\\' || r.text[r.pos+1] != 'u' {
		return 0, false
	}
	for _, c := range []byte(r.text[r.pos+2 : r.pos+6]) {
		letter := (c | 0x20) - 'a'
		switch {
		case c >= '0' && c <= '9':
			char = char<<4 | rune(c-'0')
		case letter < 6:
			char = char<<4 | rune(letter+10)
		default:
			return 0, false
		}
	}
	r.pos += 6
	return char, true
}
