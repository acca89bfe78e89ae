package live

import (
	"context"
	"time"

	"github.com/livefilter/livefilter/internal/prepare"
)

// A refusal that does not lie in the bytes is tried again after minWait, then after twice as
// long each time, up to maxWait.
const (
	minWait = time.Second
	maxWait = time.Minute
)

// heal asks for a load whenever schedule says that it is time.
func (l *Live) heal(ctx context.Context) error {
	timer := time.NewTimer(0)
	timer.Stop()
	for {
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case wait := <-l.again:
			timer.Stop()
			if wait > 0 {
				timer.Reset(wait)
			}
		case <-timer.C:
			l.ask(backOff)
		}
	}
}

// schedule says when to try again what came to err, after a load that asks were for.
func (l *Live) schedule(asks asks, err error) {
	switch {
	case !prepare.IsTransient(err):
		l.wait = 0
	case l.wait == 0 || len(asks) == 0 || asks.byPerson():
		l.wait = minWait // a change, or somebody at work: this may be over soon
	default:
		l.wait = min(2*l.wait, maxWait)
	}
	select { // the word of an earlier load that heal has not heard is out of date
	case <-l.again:
	default:
	}
	l.again <- l.wait
}
