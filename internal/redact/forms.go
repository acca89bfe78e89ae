package redact

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// form is what words may stand for: as they are, and below it, each behind a NUL byte, all that is
// in them decoded. Byte i of text comes from words[from[i]:to[i]].
type form struct {
	text     []byte
	from, to []int
}

func (f *form) add(b []byte, from, to func(i int) int) {
	for i, c := range b {
		f.text, f.from, f.to = append(f.text, c), append(f.from, from(i)), append(f.to, to(i))
	}
	f.text, f.from, f.to = append(f.text, 0), append(f.from, 0), append(f.to, 0)
}

func formOf(words string) *form {
	f := &form{}
	f.add([]byte(words), func(i int) int { return i }, func(i int) int { return i + 1 })
	if strings.ContainsAny(words, `\%`) {
		f.unescape(words)
	}
	for _, at := range base64Text.FindAllStringIndex(words, -1) {
		for shift := range 4 {
			f.addBase64(words, at[0]+shift, at[1])
		}
	}
	for _, at := range hexText.FindAllStringIndex(words, -1) {
		for shift := range 2 {
			from := at[0] + shift
			n := (at[1] - from) / 2
			if b, err := hex.DecodeString(words[from : from+2*n]); err == nil {
				f.add(b, func(i int) int { return from + 2*i }, func(i int) int { return from + 2*i + 2 })
			}
		}
	}
	return f
}

var (
	base64Text = regexp.MustCompile(`[A-Za-z0-9+/_-]{6,}`)
	hexText    = regexp.MustCompile(`[0-9A-Fa-f]{8,}`)
)

func (f *form) addBase64(words string, from, end int) {
	if from >= end {
		return
	}
	text := []byte(words[from:end])
	for i, c := range text {
		switch c {
		case '-':
			text[i] = '+'
		case '_':
			text[i] = '/'
		}
	}
	if len(text)%4 == 1 {
		text = text[:len(text)-1]
	}
	if b, err := base64.RawStdEncoding.DecodeString(string(text)); err == nil && len(b) >= short {
		f.add(b, func(i int) int { return from + 4*i/3 }, func(i int) int { return min(end, from+(4*i+6)/3) })
	}
}

// unescape reads the escapes of JSON, Go, C and protobuf texts, and percent-encoding.
func (f *form) unescape(words string) {
	var text []byte
	var from, to []int
	for i := 0; i < len(words); {
		decoded, size := escape(words[i:])
		for range decoded {
			from, to = append(from, i), append(to, i+size)
		}
		text = append(text, decoded...)
		i += size
	}
	f.add(text, func(i int) int { return from[i] }, func(i int) int { return to[i] })
}

// escape returns what s begins with and the length of that in s.
func escape(s string) (decoded []byte, size int) {
	number := func(from, digits, base int) (uint64, bool) {
		if len(s) < from+digits {
			return 0, false
		}
		n, err := strconv.ParseUint(s[from:from+digits], base, 32)
		return n, err == nil
	}
	switch {
	case s[0] == '%':
		if n, ok := number(1, 2, 16); ok {
			return []byte{byte(n)}, 3
		}
	case s[0] != '\\' || len(s) == 1:
	case s[1] == 'u':
		if n, ok := number(2, 4, 16); ok {
			return utf8.AppendRune(nil, rune(n)), 6 //nolint:gosec // four digits
		}
	case s[1] == 'x':
		if n, ok := number(2, 2, 16); ok {
			return []byte{byte(n)}, 4
		}
	case s[1] >= '0' && s[1] <= '3':
		if n, ok := number(1, 3, 8); ok {
			return []byte{byte(n)}, 4
		}
	case s[1] == 'n':
		return []byte{'\n'}, 2
	case s[1] == 't':
		return []byte{'\t'}, 2
	case s[1] == 'r':
		return []byte{'\r'}, 2
	case s[1] == '\\' || s[1] == '"' || s[1] == '\'' || s[1] == '/':
		return []byte{s[1]}, 2
	}
	return []byte{s[0]}, 1
}
