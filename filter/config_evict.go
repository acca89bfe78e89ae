package main

import (
	"errors"
	"time"
)

func (r *jsonReader) eviction() (*eviction, error) {
	e := &eviction{}
	err := r.object(func(key string) (err error) {
		switch key {
		case "on":
			e.statuses, err = r.statuses()
		case "for":
			e.period, err = r.period()
		case "retry_after":
			e.retryAfter, err = r.boolean()
		case "max":
			e.max, err = r.period()
		default:
			err = errUnknownField
		}
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case e.statuses == nil:
		return nil, inField("on", errMissing)
	case e.period == 0:
		return nil, inField("for", errMissing)
	case e.max != 0 && !e.retryAfter:
		return nil, inField("max", errors.New("bounds retry_after, which is not set"))
	case e.max != 0 && e.max < e.period:
		return nil, inField("max", errors.New("must not be shorter than for"))
	}
	if e.max == 0 {
		e.max = max(e.period, time.Hour)
	}
	return e, nil
}

func (r *jsonReader) statuses() ([]statusRange, error) {
	var statuses []statusRange
	err := r.array(func(int) error {
		status, err := r.status()
		statuses = append(statuses, status)
		return err
	})
	if err == nil && len(statuses) == 0 {
		err = errors.New("must not be empty")
	}
	return statuses, err
}

// status reads a class ("4xx", "5xx") or a code (429, "429").
func (r *jsonReader) status() (statusRange, error) {
	code := 0
	if r.next() == '"' {
		text, err := r.str()
		switch {
		case err != nil:
			return statusRange{}, err
		case text == "4xx":
			return statusRange{400, 499}, nil
		case text == "5xx":
			return statusRange{500, 599}, nil
		}
		code = parseStatus(text)
	} else {
		var err error
		if code, err = r.integer(); err != nil {
			return statusRange{}, errors.New("must be 4xx, 5xx or a status such as 429")
		}
	}
	if code < 200 || code > 599 {
		return statusRange{}, errors.New("must be 4xx, 5xx or a status between 200 and 599")
	}
	return statusRange{code, code}, nil
}

// parseStatus reads a status; 0 is not one.
func parseStatus(text string) int {
	code, _ := digits(text, 3)
	return int(code)
}

func (r *jsonReader) period() (time.Duration, error) {
	text, err := r.str()
	if err != nil {
		return 0, err
	}
	period, ok := parseDuration(text, maxPeriod)
	switch {
	case text == "" || !ok:
		return 0, errors.New("must be a duration such as 30s or 1m30s")
	case period < time.Millisecond:
		return 0, errors.New("must be at least 1ms")
	case period > maxPeriod:
		return 0, errors.New("must be at most 24h")
	}
	return period, nil
}
