package host

import "github.com/livefilter/livefilter/filter/internal/decimal"

// RetryAfter returns the seconds that the response at hand asks to wait, by its Retry-After header (RFC 9110, section
// 10.2.3): a number, or a date, from which the response's own Date is taken off, or what wall says where there is none.
// Numbers of ten digits and more are seconds, or milliseconds, since 1970, as some APIs have them. A moment that is over
// is 0.
func RetryAfter(wall func() int64) (seconds int64, ok bool) {
	text := ResponseHeader("retry-after")
	moment, ok := decimal.Parse(text, 18)
	switch {
	case ok && moment < 1e9:
		return moment, true
	case ok && moment >= 1e12:
		moment /= 1000
	case !ok:
		if moment, ok = httpDate(text); !ok {
			return 0, false
		}
	}
	now, ok := httpDate(ResponseHeader("date"))
	if !ok {
		now = wall()
	}
	return max(0, moment-now), true
}
