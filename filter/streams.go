package main

// streams finds the context of each stream that is under way by its id: open addressing with linear probing. Envoy
// hands ids out in order, so that they hardly ever collide. The contexts are kept in place: once the table has its
// size, a request allocates nothing.
type streams struct {
	slots []stream // a power of two
	used  int
}

type stream struct {
	id uint32 // 0 when the slot is free; Envoy begins with 1
	httpContext
}

// add returns a new context for a stream. It is valid until the next add or delete.
func (s *streams) add(id uint32, rules *ruleset) *httpContext {
	if s.used*2 >= len(s.slots) {
		s.grow()
	}
	s.used++
	mask := uint32(len(s.slots) - 1)
	i := id & mask
	for s.slots[i].id != 0 {
		i = (i + 1) & mask
	}
	s.slots[i].id = id
	s.slots[i].rules = rules
	return &s.slots[i].httpContext
}

func (s *streams) grow() {
	old := s.slots
	s.slots = make([]stream, max(64, 2*len(old)))
	s.used = 0
	for i := range old {
		if old[i].id != 0 {
			*s.add(old[i].id, nil) = old[i].httpContext
		}
	}
}

// get returns the context of a stream, or nil.
func (s *streams) get(id uint32) *httpContext {
	if i, ok := s.find(id); ok {
		return &s.slots[i].httpContext
	}
	return nil
}

func (s *streams) find(id uint32) (i uint32, ok bool) {
	if len(s.slots) == 0 {
		return 0, false
	}
	mask := uint32(len(s.slots) - 1)
	for i = id & mask; s.slots[i].id != 0; i = (i + 1) & mask {
		if s.slots[i].id == id {
			return i, true
		}
	}
	return 0, false
}

// delete ends a stream and lets go of it, and says whether there was one.
func (s *streams) delete(id uint32) bool {
	gap, ok := s.find(id)
	if !ok {
		return false
	}
	s.slots[gap].done()
	// Each stream that was put further on because this one was in its way moves up.
	mask := uint32(len(s.slots) - 1)
	for i := (gap + 1) & mask; s.slots[i].id != 0; i = (i + 1) & mask {
		home := s.slots[i].id & mask
		if (i-home)&mask >= (i-gap)&mask {
			s.slots[gap] = s.slots[i]
			gap = i
		}
	}
	s.slots[gap] = stream{}
	s.used--
	return true
}
