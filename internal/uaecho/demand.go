package uaecho

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// MaxDelay is the longest delay that a request can ask for.
const MaxDelay = 10 * time.Second

// demand is what a request wants its answer to be, beside the body.
type demand struct {
	status     int
	retryAfter string
	delay      time.Duration
}

func readDemand(r *http.Request, rules []Rule) (demand, error) {
	d := demand{status: statusOf(rules, r.Header)}
	query := r.URL.Query()
	for _, asked := range []string{query.Get("status"), r.PathValue("code")} {
		if asked == "" {
			continue
		}
		status, err := parseStatus(asked)
		if err != nil {
			return demand{}, err
		}
		d.status = status
	}
	if asked := query.Get("retry-after"); asked != "" {
		if _, err := strconv.ParseUint(asked, 10, 32); err != nil {
			if _, err := http.ParseTime(asked); err != nil {
				return demand{}, fmt.Errorf("retry-after %q: want seconds or an HTTP date", asked)
			}
		}
		d.retryAfter = asked
	}
	if asked := query.Get("delay"); asked != "" {
		delay, err := time.ParseDuration(asked)
		if err != nil || delay < 0 || delay > MaxDelay {
			return demand{}, fmt.Errorf("delay %q: want a duration from 0s to %s", asked, MaxDelay)
		}
		d.delay = delay
	}
	return d, nil
}

// parseStatus takes final statuses only: what comes after a 1xx would be another answer.
func parseStatus(s string) (int, error) {
	status, err := strconv.Atoi(s)
	if err != nil || status < 200 || status > 599 {
		return 0, fmt.Errorf("status %q: want a number from 200 to 599", s)
	}
	return status, nil
}

// wait reports whether the client is still there after the delay.
func (d demand) wait(ctx context.Context) bool {
	if d.delay == 0 {
		return true
	}
	timer := time.NewTimer(d.delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
