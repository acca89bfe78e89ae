package config

import (
	"time"

	"github.com/livefilter/livefilter/filter/internal/duration"
	"github.com/livefilter/livefilter/filter/internal/jsontext"
)

// Eviction says which responses put a value out, and for how long.
type Eviction struct {
	Statuses    Statuses
	GRPC        Codes
	Headers     []HeaderIs // one of them is enough, whatever the status, at once
	After       int        // how many failures in a row by Statuses and GRPC put out; 0 is one
	Forever     Statuses   // put out until the plugin's configuration changes, at once
	For         time.Duration
	RetryAfter  bool          // take the response's Retry-After, where it has one, instead of For
	ResetHeader string        // or this header of it; "" is none
	Max         time.Duration // bounds what these may ask for; at least For
	Edition     uint32        // of the plugin's configuration: what it says differs where this does
}

// eviction reads an eviction, and the rule's when_all_out where that is given in it.
func eviction(r *jsontext.Reader) (e *Eviction, when WhenAllOut, err *jsontext.Error) {
	e = &Eviction{}
	err = r.Object(func(key string) (err *jsontext.Error) {
		switch key {
		case "on":
			e.Statuses, err = statuses(r)
		case "grpc":
			e.GRPC, err = codes(r)
		case "header":
			e.Headers, err = headersAre(r)
		case "after":
			if e.After, err = r.Integer(); err == nil && (e.After < 1 || e.After > MaxAfter) {
				err = jsontext.NewError("must be between 1 and 1000")
			}
		case "forever":
			e.Forever, err = statuses(r)
		case "for":
			e.For, err = period(r)
		case "retry_after":
			e.RetryAfter, err = r.Bool()
		case "reset_header":
			if e.ResetHeader, err = r.String(); err == nil {
				e.ResetHeader, err = responseHeaderName(e.ResetHeader)
			}
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
	case !e.ends() && e.Forever == nil:
		err = jsontext.NewError("must have on, grpc, header or forever")
	case e.For == 0 && e.ends():
		err = jsontext.InField("for", errMissing)
	case e.Max != 0 && !e.RetryAfter && e.ResetHeader == "":
		err = jsontext.InField("max", jsontext.NewError("bounds retry_after and reset_header, neither of which is set"))
	case e.Max != 0 && e.Max < e.For:
		err = jsontext.InField("max", jsontext.NewError("must not be shorter than for"))
	case e.Max == 0:
		e.Max = max(e.For, time.Hour)
	}
	return e, when, err
}

// ends says that there are reasons to put a value out for a time.
func (e *Eviction) ends() bool { return e.Statuses != nil || e.GRPC != 0 || e.Headers != nil }

func period(r *jsontext.Reader) (time.Duration, *jsontext.Error) {
	text, err := r.String()
	if err != nil {
		return 0, err
	}
	period, ok := duration.Parse(text, MaxPeriod)
	switch {
	case !ok:
		return 0, jsontext.NewError("must be a duration such as 30s or 1m30s")
	case period < time.Millisecond:
		return 0, jsontext.NewError("must be at least 1ms")
	case period > MaxPeriod:
		return 0, jsontext.NewError("must be at most 24h")
	}
	return period, nil
}
