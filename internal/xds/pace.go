package xds

import "time"

const (
	maxBurst = 2000 // requests that are read at once: twice the names of a type
	maxRate  = 100  // and then in a second, beside one for each response
)

// pace limits how fast the requests of a stream are read. A client that sends more waits: no
// request is lost, and what it sends ahead stays in its HTTP/2 window.
type pace struct {
	left float64 // requests that may be read at once
	at   time.Time
	sent uint64
}

func newPace(now time.Time) *pace { return &pace{left: maxBurst, at: now} }

// take is a request; sent counts the stream's responses. It returns how long to wait until
// the next one is read.
func (p *pace) take(now time.Time, sent uint64) time.Duration {
	earned := now.Sub(p.at).Seconds()*maxRate + float64(sent-p.sent)
	p.left, p.at, p.sent = min(p.left+earned, maxBurst)-1, now, sent
	if p.left >= 0 {
		return 0
	}
	return time.Duration(-p.left / maxRate * float64(time.Second))
}
