package config

import (
	"slices"
	"strings"

	"github.com/livefilter/livefilter/filter/internal/jsontext"
)

// What several headers take together is one text, by which evictions know it: each header's value, or absent, with a
// partEnd after it. No value has one of these characters.
const (
	partEnd = '\n'
	absent  = "\r"
)

// CutPart splits what several headers take into the first header's value, not ok where that header is to be absent, and
// what is left for the others.
func CutPart(value string) (part, rest string, ok bool) {
	end := strings.IndexByte(value, partEnd)
	return value[:end], value[end+1:], value[:end] != absent
}

func names(r *jsontext.Reader) (names []string, err *jsontext.Error) {
	err = r.Array(func(i int) *jsontext.Error {
		if i == MaxRules {
			return jsontext.NewError("at most 16 headers")
		}
		name, err := r.String()
		if err == nil {
			name, err = headerName(name)
		}
		if err == nil && slices.Contains(names, name) {
			err = jsontext.NewError("given twice")
		}
		names = append(names, name)
		return err
	})
	if err == nil && len(names) == 0 {
		err = errEmpty
	}
	return names, err
}

// content reads what one header takes, or, with names, several: a list with a text for each of them, or null.
func content(r *jsontext.Reader, names []string) (string, *jsontext.Error) {
	if names == nil {
		return headerValue(r)
	}
	var text []byte
	count := 0
	err := r.Array(func(i int) (err *jsontext.Error) {
		part := absent
		switch count++; {
		case i == len(names):
			return jsontext.NewError("more than there are names")
		case !r.Null():
			part, err = headerValue(r)
		case names[i] == authority:
			return jsontext.NewError("every request has " + authority)
		}
		text = append(append(text, part...), partEnd)
		return err
	})
	if err == nil && count < len(names) {
		err = jsontext.NewError("fewer than there are names")
	}
	return string(text), err
}

func overlap(a, b *Rule) bool {
	for _, name := range a.headers() {
		if slices.Contains(b.headers(), name) {
			return true
		}
	}
	return false
}

func (r *Rule) headers() []string {
	if r.Names == nil {
		return []string{r.Name}
	}
	return r.Names
}
