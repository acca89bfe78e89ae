// Package sparing keeps what somebody else can make happen at will from filling the log.
package sparing

import (
	"cmp"
	"maps"
	"strings"
	"sync"
	"time"
)

// Time is between two lines of one kind, MaxKinds how many are told apart.
const (
	Time     = time.Minute
	MaxKinds = 1000 // unless Lines says otherwise
)

// Lines lets one line of each kind through in Time. The zero value is ready.
type Lines struct {
	Most int // kinds that are told apart; 0: MaxKinds
	Each int // lines of a kind that are let through in Time; 0: one

	mu   sync.Mutex
	last map[string]*spared
}

type spared struct {
	at     time.Time // of the first line in Time
	lines  int       // since
	before int       // lines kept back since
}

// Allow says whether a line of a kind may be written, and how many of it were kept back
// before. Where there are too many kinds, further ones are kept back.
func (s *Lines) Allow(kind string, now time.Time) (before int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := s.last[kind]
	if last != nil && now.Sub(last.at) < Time {
		if last.lines++; last.lines <= max(s.Each, 1) {
			return 0, true
		}
		last.before++
		return 0, false
	}
	if last != nil {
		before = last.before
	} else if most := cmp.Or(s.Most, MaxKinds); len(s.last) >= most {
		maps.DeleteFunc(s.last, func(_ string, l *spared) bool { return now.Sub(l.at) >= Time })
		if len(s.last) >= most {
			return 0, false
		}
	}
	if s.last == nil {
		s.last = map[string]*spared{}
	}
	s.last[kind] = &spared{at: now, lines: 1}
	return before, true
}

// Cut leaves so many bytes of what somebody else says of itself, with a mark where there was more.
func Cut(words string, most int) string {
	if len(words) <= most {
		return words
	}
	return strings.ToValidUTF8(words[:most], "") + "…"
}

// Kinds is how many are remembered.
func (s *Lines) Kinds() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.last)
}
