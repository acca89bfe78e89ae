package main

import (
	"errors"
	"strconv"
	"unicode/utf8"
)

// jsonReader reads one JSON text (RFC 8259) from front to back, driven by whoever knows what must come next.
// encoding/json would triple the size of the module.
type jsonReader struct {
	text string
	pos  int
}

func (r *jsonReader) fail(message string) error {
	return errors.New(message + " at byte " + strconv.Itoa(r.pos+1))
}

// next skips white space and returns the byte that follows, or 0 at the end.
func (r *jsonReader) next() byte {
	for ; r.pos < len(r.text); r.pos++ {
		switch c := r.text[r.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// end reports an error when anything but white space is left.
func (r *jsonReader) end() error {
	if r.next(); r.pos < len(r.text) {
		return r.fail("invalid JSON: more after the end")
	}
	return nil
}

// object calls field with each key, in order; field must read the key's value. A key given twice is an error.
func (r *jsonReader) object(field func(key string) error) error {
	var seen []string
	return r.items('{', '}', "an object", func(int) error {
		if r.next() != '"' {
			return r.fail("invalid JSON: expected a key")
		}
		key, err := r.str()
		if err != nil {
			return err
		}
		for _, s := range seen {
			if s == key {
				return inField(key, errors.New("given twice"))
			}
		}
		seen = append(seen, key)
		if r.next() != ':' {
			return r.fail("invalid JSON: expected ':'")
		}
		r.pos++
		return inField(key, field(key))
	})
}

// array calls item with each index, in order; item must read the value.
func (r *jsonReader) array(item func(index int) error) error {
	return r.items('[', ']', "a list", func(i int) error { return inIndex(i, item(i)) })
}

func (r *jsonReader) items(open, closing byte, want string, item func(index int) error) error {
	if r.next() != open {
		return r.fail("must be " + want)
	}
	r.pos++
	if r.next() == closing {
		r.pos++
		return nil
	}
	for i := 0; ; i++ {
		if err := item(i); err != nil {
			return err
		}
		switch r.next() {
		case closing:
			r.pos++
			return nil
		case ',':
			r.pos++
		default:
			return r.fail("invalid JSON: expected ',' or '" + string(rune(closing)) + "'")
		}
	}
}

// str reads a string, with its escapes undone.
func (r *jsonReader) str() (string, error) {
	if r.next() != '"' {
		return "", r.fail("must be a string")
	}
	r.pos++
	var out []byte
	start := r.pos
	for r.pos < len(r.text) {
		switch c := r.text[r.pos]; {
		case c == '"':
			out = append(out, r.text[start:r.pos]...)
			r.pos++
			if !utf8.Valid(out) {
				return "", r.fail("invalid JSON: not UTF-8")
			}
			return string(out), nil
		case c < ' ':
			return "", r.fail("invalid JSON: control character in a string")
		case c == '\\':
			out = append(out, r.text[start:r.pos]...)
			var err error
			if out, err = r.escape(out); err != nil {
				return "", err
			}
			start = r.pos
		default:
			r.pos++
		}
	}
	return "", r.fail("invalid JSON: string does not end")
}

// escape reads one escape sequence and appends what it stands for.
func (r *jsonReader) escape(out []byte) ([]byte, error) {
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if r.pos+1 < len(r.text) {
		for i := range len(from) {
			if r.text[r.pos+1] == from[i] {
				r.pos += 2
				return append(out, to[i]), nil
			}
		}
	}
	char, ok := r.unicode()
	if !ok {
		return nil, r.fail("invalid JSON: escape")
	}
	if char >= 0xd800 && char < 0xdc00 {
		low, ok := r.unicode()
		if !ok || low < 0xdc00 || low > 0xdfff {
			return nil, r.fail("invalid JSON: half a surrogate pair")
		}
		char = 0x10000 + (char-0xd800)<<10 + (low - 0xdc00)
	}
	if !utf8.ValidRune(char) {
		return nil, r.fail("invalid JSON: half a surrogate pair")
	}
	return utf8.AppendRune(out, char), nil
}

// unicode reads \uXXXX.
func (r *jsonReader) unicode() (rune, bool) {
	if r.pos+6 > len(r.text) || r.text[r.pos] != '\\' || r.text[r.pos+1] != 'u' {
		return 0, false
	}
	var char rune
	for _, c := range []byte(r.text[r.pos+2 : r.pos+6]) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = (c | 0x20) - 'a' + 10
		default:
			return 0, false
		}
		char = char<<4 | rune(c)
	}
	r.pos += 6
	return char, true
}

// integer reads a whole number of at most nine digits. A fraction of zeros is allowed, since a protobuf Struct knows
// only doubles.
func (r *jsonReader) integer() (int, error) {
	r.next()
	start := r.pos
	if r.pos < len(r.text) && r.text[r.pos] == '-' {
		r.pos++
	}
	first := r.pos
	n := 0
	for r.digit() {
		if n < 1e8 {
			n = n*10 + int(r.text[r.pos]-'0')
		}
		r.pos++
	}
	digits := r.pos - first
	if digits == 0 || digits > 9 || digits > 1 && r.text[first] == '0' {
		r.pos = start
		return 0, r.fail("must be a whole number")
	}
	if r.pos < len(r.text) && r.text[r.pos] == '.' {
		for r.pos++; r.pos < len(r.text) && r.text[r.pos] == '0'; r.pos++ {
		}
		if r.digit() || r.text[r.pos-1] == '.' {
			r.pos = start
			return 0, r.fail("must be a whole number")
		}
	}
	if first > start {
		n = -n
	}
	return n, nil
}

func (r *jsonReader) digit() bool {
	return r.pos < len(r.text) && r.text[r.pos] >= '0' && r.text[r.pos] <= '9'
}

// boolean reads true or false.
func (r *jsonReader) boolean() (bool, error) {
	r.next()
	for _, word := range []string{"true", "false"} {
		if rest := r.text[r.pos:]; len(rest) >= len(word) && rest[:len(word)] == word {
			r.pos += len(word)
			return word == "true", nil
		}
	}
	return false, r.fail("must be true or false")
}
