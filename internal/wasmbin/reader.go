package wasmbin

import "fmt"

// reader walks bytes that nobody has checked yet. The first mistake sticks: every later read returns zero and err says
// where it was.
type reader struct {
	buf  []byte
	pos  int
	end  int // reads stop here: the end of the section
	what string
	err  error
	n    int                   // entries of vectors
	ref  func(function uint32) // told of each function that is named where values are made; may be nil
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
		r.pos = r.end
	}
}

func (r *reader) corrupt(format string, args ...any) {
	r.fail(&CorruptError{What: fmt.Sprintf("is damaged: its %s %s", r.what, fmt.Sprintf(format, args...))})
}

func (r *reader) left() int { return r.end - r.pos }

func (r *reader) byte() byte {
	if r.left() < 1 {
		r.corrupt("ends early")
		return 0
	}
	b := r.buf[r.pos]
	r.pos++
	return b
}

func (r *reader) skip(n uint32) []byte {
	if uint64(n) > uint64(r.left()) {
		r.corrupt("ends early: %d bytes announced, %d there", n, r.left())
		return nil
	}
	b := r.buf[r.pos : r.pos+int(n)]
	r.pos += int(n)
	return b
}

// u32 reads an unsigned LEB128 number of at most 32 bits.
func (r *reader) u32() uint32 {
	var v uint32
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		if shift == 28 && b > 0x0f {
			break
		}
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	r.corrupt("has a number that does not fit into 32 bits")
	return 0
}

// sleb skips a signed LEB128 number of up to ten bytes: its value is of no interest here.
func (r *reader) sleb() {
	for range 10 {
		if r.byte() < 0x80 {
			return
		}
	}
	r.corrupt("has a number that is too long")
}

// function reads the index of a function.
func (r *reader) function() {
	if i := r.u32(); r.err == nil && r.ref != nil {
		r.ref(i)
	}
}

// count reads the length of a vector whose entries are among those that a section may have no more than maxEntries of.
func (r *reader) count(min int) int {
	n := r.length(min)
	if r.n += n; r.n > maxEntries {
		r.fail(tooMany)
		return 0
	}
	return n
}

// length reads the length of a vector. Each element takes at least min bytes, so that a length which cannot be true is
// found before anybody allocates for it.
func (r *reader) length(min int) int {
	n := r.u32()
	if uint64(n)*uint64(min) > uint64(r.left()) {
		r.corrupt("announces %d entries in %d bytes", n, r.left())
		return 0
	}
	return int(n)
}

func (r *reader) name() string { return string(r.skip(r.u32())) }
