package figures

import (
	"math"
	"time"
)

// window is how far back one looks, in slots of time.
const (
	window = time.Minute
	slots  = 6
	slot   = window / slots
)

// counts are those of each slot; the one of now is at slot number modulo slots.
type counts [slots]uint32

func (c *counts) sum() (n uint64) {
	for _, v := range c {
		n += uint64(v)
	}
	return n
}

// recent is how often what was counted in the window. The zero value is empty.
type recent[T comparable] struct {
	of   map[T]*counts
	slot int64 // the number of the one of now, as of the last advance
}

func (r *recent[T]) add(what T, n uint64) {
	if r.of == nil {
		r.of = map[T]*counts{}
	}
	c := r.of[what]
	if c == nil {
		c = &counts{}
		r.of[what] = c
	}
	at := &c[r.slot%slots]
	*at = uint32(min(uint64(*at)+n, math.MaxUint32))
}

// advance forgets what is older than the window.
func (r *recent[T]) advance(now time.Time) {
	to := now.UnixNano() / int64(slot)
	old := min(to-r.slot, slots)
	if old <= 0 {
		return
	}
	r.slot = to
	for what, c := range r.of {
		for i := range old {
			c[(r.slot-i)%slots] = 0
		}
		if *c == (counts{}) {
			delete(r.of, what)
		}
	}
}
