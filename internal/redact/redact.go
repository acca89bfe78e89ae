// Package redact takes texts that must not be shown out of words that others wrote: Envoys,
// modules, libraries. These quote what they were given, as it is or in another form.
package redact

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const (
	// long is how many bytes of a text in a row are taken for a part of it.
	long = 8
	// short is the length of the shortest text that is looked for, as a whole word.
	short = 4
	// kept is how many answers are remembered: thousands of Envoys say the same.
	kept = 32
	// hole is what stands where something was.
	hole = "…"
)

// Texts are texts that must not be shown.
type Texts struct {
	read  func() (secret, public []string)
	ready sync.Once

	secret, public []string

	mu    sync.Mutex
	known map[string]string
}

// Of returns the texts that read returns first, but for those names that it returns second: a
// part of a text that is no more than a name stays. read is called once, when something is to be
// hidden for the first time.
func Of(read func() (secret, public []string)) *Texts { return &Texts{read: read} }

// Join returns the texts of all.
func Join(all ...*Texts) *Texts {
	return Of(func() (secret, public []string) {
		for _, t := range all {
			t.ready.Do(t.take)
			secret, public = append(secret, t.secret...), append(public, t.public...)
		}
		return secret, public
	})
}

// Hide returns words without eight and more bytes in a row that stand in one of the texts, in
// whatever case, and without whole texts of four and more; also where they stand there in quotes
// with escapes, in base64, in hex or percent-encoded. A nil Texts has none. It may be called
// concurrently. It costs some milliseconds for a megabyte of texts.
func (t *Texts) Hide(words string) string {
	if t == nil || words == "" {
		return words
	}
	t.ready.Do(t.take)
	t.mu.Lock()
	hidden, ok := t.known[words]
	t.mu.Unlock()
	if ok {
		return hidden
	}
	hidden = t.hide(words) // others do not wait for it
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || len(t.known) >= kept {
		t.known = map[string]string{}
	}
	t.known[words] = hidden
	return hidden
}

func (t *Texts) take() {
	t.secret, t.public = t.read()
	t.secret = slices.DeleteFunc(t.secret, func(s string) bool { return len(strings.TrimSpace(s)) < short })
	for _, s := range t.secret {
		t.secret = append(t.secret, decoded(s)...)
	}
	for i, s := range t.secret {
		t.secret[i] = lower(strings.TrimSpace(s))
	}
	slices.Sort(t.secret)
	t.secret = slices.Compact(t.secret)
	t.public = append(t.public, ordinary...)
	for i, s := range t.public {
		t.public[i] = lower(s)
	}
	slices.Sort(t.public)
	t.public = slices.DeleteFunc(slices.Compact(t.public), func(s string) bool { return len(s) < short })
}

// decoded are the texts that s has in base64: who reads it may say these.
func decoded(s string) (all []string) {
	for _, run := range base64Text.FindAllString(s, -1) {
		f := &form{}
		f.addBase64(run, 0, len(run))
		if text := strings.TrimSuffix(string(f.text), "\x00"); len(text) >= long && !strings.ContainsFunc(text, unprintable) {
			all = append(all, text)
		}
	}
	return all
}

func unprintable(r rune) bool {
	return r == utf8.RuneError || !unicode.IsPrint(r) && !unicode.IsSpace(r)
}

func (t *Texts) hide(words string) string {
	marks := make([]bool, len(words))
	t.mark(formOf(words), marks)
	if !slices.Contains(marks, true) {
		return words
	}
	t.spare(lower(words), marks)
	var out strings.Builder
	for i := range len(words) {
		switch {
		case !marks[i]:
			out.WriteByte(words[i])
		case i == 0 || !marks[i-1]:
			out.WriteString(hole)
		}
	}
	return strings.ToValidUTF8(out.String(), "")
}

// lower is s with ASCII letters in lower case: its length stays.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
