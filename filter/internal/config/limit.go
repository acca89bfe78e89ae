package config

import (
	"strings"
	"time"

	"github.com/livefilter/livefilter/filter/internal/decimal"
	"github.com/livefilter/livefilter/filter/internal/duration"
	"github.com/livefilter/livefilter/filter/internal/jsontext"
)

// Limit bounds how many requests carry a value: a bucket that holds that many, and is filled evenly.
type Limit struct {
	Requests int64
	Every    time.Duration // one more; rounded up
}

// limit reads "60/1m".
func limit(r *jsontext.Reader) (*Limit, *jsontext.Error) {
	text, err := r.String()
	if err != nil {
		return nil, err
	}
	number, period, _ := strings.Cut(text, "/")
	requests, ok := decimal.Parse(number, 7)
	per, okToo := duration.Parse(period, MaxPeriod)
	switch {
	case !ok || !okToo:
		return nil, jsontext.NewError("must be a number and a duration such as 60/1m")
	case requests < 1 || requests > MaxRequests:
		return nil, jsontext.NewError("must be 1 to 1000000 requests")
	case per < time.Millisecond || per > MaxPeriod:
		return nil, jsontext.NewError("must be for 1ms to 24h")
	}
	return &Limit{requests, (per + time.Duration(requests) - 1) / time.Duration(requests)}, nil
}
