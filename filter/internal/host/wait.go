package host

import (
	"strings"
	"time"

	"github.com/livefilter/livefilter/filter/internal/decimal"
	"github.com/livefilter/livefilter/filter/internal/duration"
)

// Wait returns for how long the response at hand asks to wait by the header with that name: Retry-After (RFC 9110,
// section 10.2.3), or what an API has in its place. It may be a number of seconds, with a fraction or without; a
// duration such as 6m0s; a date, or, from ten digits on, seconds or milliseconds since 1970, from which the response's
// own Date is taken off, or what wall says where there is none. A moment that is over is 0, more than limit is limit+1.
func (p Part) Wait(name string, limit time.Duration, wall func() int64) (wait time.Duration, ok bool) {
	text := p.Get(name)
	moment, ok := sinceEpoch(text)
	if !ok {
		if wait, ok = duration.Parse(text, limit); ok {
			return wait, true
		}
		if wait, ok = duration.Parse(text+"s", limit); ok {
			return wait, true
		}
		if moment, ok = httpDate(text); !ok {
			return 0, false
		}
	}
	now, ok := httpDate(p.Get("date"))
	if !ok {
		now = wall()
	}
	return time.Duration(min(max(0, moment-now), int64(limit/time.Second)+1)) * time.Second, true
}

func sinceEpoch(text string) (seconds int64, ok bool) {
	if dot := strings.IndexByte(text, '.'); dot > 0 {
		text = text[:dot]
	}
	moment, ok := decimal.Parse(text, 18)
	if moment >= 1e12 {
		moment /= 1000
	}
	return moment, ok && moment >= 1e9
}
