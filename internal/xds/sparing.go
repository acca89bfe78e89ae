package xds

import (
	"maps"
	"sync"
	"time"
)

const (
	sparingTime = time.Minute // between two lines of one kind
	maxKinds    = 1000        // that are told apart
)

// sparing lets one line of each kind through in sparingTime. The zero value is ready.
type sparing struct {
	mu   sync.Mutex
	last map[string]*spared
}

type spared struct {
	at     time.Time // of the last line
	before int       // lines kept back since
}

// allow says whether a line of a kind may be written, and how many of it were kept back
// before. Where there are too many kinds, further ones are kept back.
func (s *sparing) allow(kind string, now time.Time) (before int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := s.last[kind]
	if last != nil && now.Sub(last.at) < sparingTime {
		last.before++
		return 0, false
	}
	if last != nil {
		before = last.before
	} else if len(s.last) >= maxKinds {
		maps.DeleteFunc(s.last, func(_ string, l *spared) bool { return now.Sub(l.at) >= sparingTime })
		if len(s.last) >= maxKinds {
			return 0, false
		}
	}
	if s.last == nil {
		s.last = map[string]*spared{}
	}
	s.last[kind] = &spared{at: now}
	return before, true
}
