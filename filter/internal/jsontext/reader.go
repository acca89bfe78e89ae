// Package jsontext reads JSON where encoding/json would triple the size of the module.
package jsontext

import (
	"github.com/livefilter/livefilter/filter/internal/decimal"
)

// Reader reads one JSON text (RFC 8259) from front to back, driven by whoever knows what must come next.
// After an error it must not be read any further.
type Reader struct {
	text string
	pos  int
}

// NewReader returns a reader of text.
func NewReader(text string) *Reader { return &Reader{text: text} }

func (r *Reader) fail(message string) *Error {
	return NewError(message + " at byte " + decimal.String(r.pos+1))
}

// Next skips white space and returns the byte that follows, without reading it; 0 at the end.
func (r *Reader) Next() byte {
	for ; r.pos < len(r.text); r.pos++ {
		switch c := r.text[r.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// End returns an error when anything but white space is left.
func (r *Reader) End() *Error {
	if r.Next(); r.pos < len(r.text) {
		return r.fail("invalid JSON: more after the end")
	}
	return nil
}

// Object calls field with each key, in order; field must read the key's value. A key given twice is an error.
func (r *Reader) Object(field func(key string) *Error) *Error {
	var seen []string
	return r.items('{', '}', "an object", func(int) *Error {
		if r.Next() != '"' {
			return r.fail("invalid JSON: expected a key")
		}
		key, err := r.String()
		if err != nil {
			return err
		}
		for _, s := range seen {
			if s == key {
				return InField(key, NewError("given twice"))
			}
		}
		seen = append(seen, key)
		if r.Next() != ':' {
			return r.fail("invalid JSON: expected ':'")
		}
		r.pos++
		return InField(key, field(key))
	})
}

// Array calls item with each index, in order; item must read the value.
func (r *Reader) Array(item func(index int) *Error) *Error {
	return r.items('[', ']', "a list", func(i int) *Error { return inIndex(i, item(i)) })
}

func (r *Reader) items(open, closing byte, want string, item func(index int) *Error) *Error {
	if r.Next() != open {
		return r.fail("must be " + want)
	}
	r.pos++
	if r.Next() == closing {
		r.pos++
		return nil
	}
	for i := 0; ; i++ {
		if err := item(i); err != nil {
			return err
		}
		switch r.Next() {
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

// Integer reads a whole number of at most nine digits. A fraction of zeros is allowed, since a protobuf Struct knows
// only doubles.
func (r *Reader) Integer() (int, *Error) {
	r.Next()
	start := r.pos
	negative := r.pos < len(r.text) && r.text[r.pos] == '-'
	if negative {
		r.pos++
	}
	whole := r.digits()
	valid := whole != "" && len(whole) <= 9 && (len(whole) == 1 || whole[0] != '0')
	if r.pos < len(r.text) && r.text[r.pos] == '.' {
		r.pos++
		fraction := r.digits()
		valid = valid && fraction != ""
		for i := range len(fraction) {
			valid = valid && fraction[i] == '0'
		}
	}
	if !valid || r.pos < len(r.text) && r.text[r.pos]|0x20 == 'e' {
		r.pos = start
		return 0, r.fail("must be a whole number")
	}
	n := 0
	for i := range len(whole) {
		n = n*10 + int(whole[i]-'0')
	}
	if negative {
		n = -n
	}
	return n, nil
}

func (r *Reader) digits() string {
	start := r.pos
	for r.pos < len(r.text) && r.text[r.pos] >= '0' && r.text[r.pos] <= '9' {
		r.pos++
	}
	return r.text[start:r.pos]
}

// Bool reads true or false.
func (r *Reader) Bool() (bool, *Error) {
	switch {
	case r.word("true"):
		return true, nil
	case r.word("false"):
		return false, nil
	}
	return false, r.fail("must be true or false")
}

// Null reads null, if that is what comes next, and says whether it is.
func (r *Reader) Null() bool { return r.word("null") }

func (r *Reader) word(word string) bool {
	r.Next()
	rest := r.text[r.pos:]
	if len(rest) < len(word) || rest[:len(word)] != word {
		return false
	}
	r.pos += len(word)
	return true
}
