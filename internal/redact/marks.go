package redact

import "strings"

// grams are the pieces of a form, each of long bytes, by their positions.
type grams struct {
	at map[uint64][]int
	// sieve has a bit for each piece, so that most of what is no piece costs no look into the map.
	sieve [1 << 12]uint64
}

func sieveBit(gram uint64) (word int, bit uint64) {
	h := gram * 0x9e3779b97f4a7c15 >> 46 // 18 bits
	return int(h >> 6), 1 << (h & 63)
}

func gramsOf(text string) *grams {
	g := &grams{at: map[uint64][]int{}}
	var gram uint64
	for i := range len(text) {
		gram = gram<<8 | uint64(text[i])
		if i+1 < long {
			continue
		}
		g.at[gram] = append(g.at[gram], i+1-long)
		word, bit := sieveBit(gram)
		g.sieve[word] |= bit
	}
	return g
}

// mark notes in marks, which are of the words, what of the form stands in a text.
func (t *Texts) mark(f *form, marks []bool) {
	text := lower(string(f.text))
	note := func(from, to int) {
		for i := from; i < to; i++ {
			for j := f.from[i]; j < f.to[i]; j++ {
				marks[j] = true
			}
		}
	}
	g := gramsOf(text)
	for _, secret := range t.secret {
		if len(secret) < long {
			eachWord(text, secret, note)
			continue
		}
		var gram uint64
		for i := range len(secret) {
			gram = gram<<8 | uint64(secret[i])
			if i+1 < long {
				continue
			}
			if word, bit := sieveBit(gram); g.sieve[word]&bit == 0 {
				continue
			}
			for _, at := range g.at[gram] {
				note(at, at+long)
			}
			delete(g.at, gram) // once is enough: texts may have it thousands of times
		}
	}
}

// eachWord calls note for each place at which word stands in text and is not a part of a longer one.
func eachWord(text, word string, note func(from, to int)) {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return
		}
		at, end := from+i, from+i+len(word)
		if (at == 0 || !wordByte(text[at-1]) || !wordByte(word[0])) && (end == len(text) || !wordByte(text[end]) || !wordByte(word[len(word)-1])) {
			note(at, end)
		}
		from = at + 1
	}
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}

const quotes = " '\"`"

// spare takes the marks off what is no more than a name, with what stands around it.
func (t *Texts) spare(words string, marks []bool) {
	names := make([]int, len(words)) // for the name that goes farthest of those that begin at or before: its end
	for _, name := range t.public {
		eachWord(words, name, func(from, to int) {
			for i := from; i < to; i++ {
				names[i] = max(names[i], to)
			}
		})
	}
	for i := 0; i < len(marks); {
		end := i
		for end < len(marks) && marks[end] {
			end++
		}
		if end == i {
			i++
			continue
		}
		from, to := i, end
		for from < to && !wordByte(words[from]) {
			from++
		}
		for to > from && !wordByte(words[to-1]) {
			to--
		}
		if from < to && names[from] >= to {
			clear(marks[i:end])
		}
		for range 2 { // what was quoted stays in its quotes
			if marks[i] && i < from && strings.IndexByte(quotes, words[i]) >= 0 {
				marks[i], i = false, i+1
			}
			if last := end - 1; marks[last] && last >= to && strings.IndexByte(quotes, words[last]) >= 0 {
				marks[last], end = false, last
			}
		}
		i = end
	}
}
