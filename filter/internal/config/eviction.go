package config

import (
	"errors"
	"time"

	"github.com/livefilter/livefilter/filter/internal/jsontext"
)

// Eviction says which responses put a value out, and for how long.
type Eviction struct {
	Statuses   Statuses
	For        time.Duration
	RetryAfter bool          // take the response's Retry-After, where it has one, instead of For
	Max        time.Duration // bounds what Retry-After may ask for; at least For
}

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

// eviction reads an eviction, and the rule's when_all_out where that is given in it.
func eviction(r *jsontext.Reader) (e *Eviction, when WhenAllOut, err error) {
	e = &Eviction{}
	err = r.Object(func(key string) (err error) {
		switch key {
		case "on":
			e.Statuses, err = statuses(r)
		case "for":
			e.For, err = period(r)
		case "retry_after":
			e.RetryAfter, err = r.Bool()
		case "max":
			e.Max, err = period(r)
		case "when_all_out":
			when, err = whenAllOut(r)
		default:
			err = errUnknownField
		}
		return err
	})
	switch {
	case err != nil:
	case e.Statuses == nil:
		err = jsontext.InField("on", errMissing)
	case e.For == 0:
		err = jsontext.InField("for", errMissing)
	case e.Max != 0 && !e.RetryAfter:
		err = jsontext.InField("max", errors.New("bounds retry_after, which is not set"))
	case e.Max != 0 && e.Max < e.For:
		err = jsontext.InField("max", errors.New("must not be shorter than for"))
	case e.Max == 0:
		e.Max = max(e.For, time.Hour)
	}
	return e, when, err
}

func statuses(r *jsontext.Reader) (Statuses, error) {
	var statuses Statuses
	err := r.Array(func(int) error {
		status, err := status(r)
		statuses = append(statuses, status)
		return err
	})
	if err == nil && len(statuses) == 0 {
		err = errors.New("must not be empty")
	}
	return statuses, err
}

// status reads a class ("4xx", "5xx") or a code (429, "429").
func status(r *jsontext.Reader) (StatusRange, error) {
	code := 0
	if r.Next() != '"' {
		var err error
		if code, err = r.Integer(); err != nil {
			return StatusRange{}, errors.New("must be 4xx, 5xx or a status such as 429")
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
		return StatusRange{}, errors.New("must be 4xx, 5xx or a status between 200 and 599")
	}
	return StatusRange{code, code}, nil
}

func period(r *jsontext.Reader) (time.Duration, error) {
	text, err := r.String()
	if err != nil {
		return 0, err
	}
	period, ok := parseDuration(text, MaxPeriod)
	switch {
	case !ok:
		return 0, errors.New("must be a duration such as 30s or 1m30s")
	case period < time.Millisecond:
		return 0, errors.New("must be at least 1ms")
	case period > MaxPeriod:
		return 0, errors.New("must be at most 24h")
	}
	return period, nil
}
