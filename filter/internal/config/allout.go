package config

import (
	"github.com/livefilter/livefilter/filter/internal/jsontext"
)

// WhenAllOut says what becomes of a request when every value is out or at its limit.
type WhenAllOut byte

// First takes the first of the list, which is what happens when nothing is said; Soonest takes the value that is back
// first; Reject answers 503.
const (
	First WhenAllOut = iota + 1
	Soonest
	Reject
)

func whenAllOut(r *jsontext.Reader) (WhenAllOut, *jsontext.Error) {
	text, err := r.String()
	for w, word := range [...]string{"first", "soonest", "reject"} {
		if text == word {
			return WhenAllOut(w + 1), err
		}
	}
	if err == nil {
		err = jsontext.NewError("must be first, soonest or reject")
	}
	return 0, err
}

// settle finds out what the rule does when all are out, which may be said in its evict, too: a limit holds unless
// somebody says otherwise.
func (r *Rule) settle(inEvict WhenAllOut) *jsontext.Error {
	switch {
	case r.WhenAllOut != 0 && inEvict != 0:
		return jsontext.InField("when_all_out", jsontext.NewError("given in evict, too"))
	case r.WhenAllOut != 0 && r.Evict == nil && r.Limit == nil:
		return jsontext.InField("when_all_out", jsontext.NewError("neither evict nor limit"))
	case r.WhenAllOut != 0:
	case inEvict != 0:
		r.WhenAllOut = inEvict
	case r.Limit != nil:
		r.WhenAllOut = Reject
	}
	return nil
}
