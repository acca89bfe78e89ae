package config

import (
	"github.com/livefilter/livefilter/filter/internal/jsontext"
)

// Statuses are responses' statuses.
type Statuses []StatusRange

// StatusRange is a span of HTTP statuses, both ends included.
type StatusRange struct{ From, To int }

// Has says whether the status is among them.
func (s Statuses) Has(status int) bool {
	for _, r := range s {
		if status >= r.From && status <= r.To {
			return true
		}
	}
	return false
}

func statuses(r *jsontext.Reader) (Statuses, *jsontext.Error) {
	var statuses Statuses
	err := r.Array(func(int) *jsontext.Error {
		status, err := status(r)
		statuses = append(statuses, status)
		return err
	})
	if err == nil && len(statuses) == 0 {
		err = errEmpty
	}
	return statuses, err
}

// status reads a class ("4xx", "5xx") or a code (429, "429").
func status(r *jsontext.Reader) (StatusRange, *jsontext.Error) {
	code := 0
	if r.Next() != '"' {
		var err *jsontext.Error
		if code, err = r.Integer(); err != nil {
			return StatusRange{}, jsontext.NewError("must be 4xx, 5xx or a status such as 429")
		}
	} else {
		text, err := r.String()
		switch {
		case err != nil:
			return StatusRange{}, err
		case text == "4xx":
			return StatusRange{400, 499}, nil
		case text == "5xx":
			return StatusRange{500, 599}, nil
		case len(text) == 3:
			for i := range 3 {
				code = code*10 + int(text[i]) - '0'
			}
		}
	}
	if code < 200 || code > 599 {
		return StatusRange{}, jsontext.NewError("must be 4xx, 5xx or a status between 200 and 599")
	}
	return StatusRange{code, code}, nil
}
