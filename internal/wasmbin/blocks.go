package wasmbin

// blocks counts what an engine makes basic blocks of in a function: blocks, loops, ifs, the targets of branch tables, what
// catches exceptions. It stops at an instruction that it does not know: whether the code is valid is for an engine to say.
func blocks(r *reader) (n int) {
	for r.err == nil && r.left() > 0 {
		switch op := r.byte(); {
		case op >= 0x02 && op <= 0x04, op == 0x06: // block, loop, if, try
			n++
			r.sleb()
		case op == 0x1f: // try_table
			r.sleb()
			for range r.length(2) {
				n++
				if r.byte() < 2 {
					r.u32()
				}
				r.u32()
			}
		case op == 0x0e: // br_table
			targets := r.length(1)
			n += targets
			for range targets {
				r.u32()
			}
			r.u32()
		case op == 0x1c: // select of types
			for range r.length(1) {
				r.valType()
			}
		case op == 0x41, op == 0x42, op == 0xd0: // i32.const, i64.const, ref.null
			r.sleb()
		case op == 0x43:
			r.skip(4)
		case op == 0x44:
			r.skip(8)
		case op >= 0x28 && op <= 0x3e: // loads and stores
			r.memarg()
		case op == 0x11, op == 0x13: // call_indirect
			r.u32()
			r.u32()
		case op >= 0xfb && op <= 0xfe:
			if !r.prefixed(op) {
				return n
			}
		case op >= 0x07 && op <= 0x09, op == 0x0c, op == 0x0d, op == 0x10, op == 0x12, op == 0x14, op == 0x15, op == 0x18,
			op >= 0x20 && op <= 0x26, op == 0x3f, op == 0x40, op == 0xd2, op == 0xd5, op == 0xd6:
			r.u32()
		case op == 0x05: // else
			n++
		}
	}
	return n
}

func (r *reader) memarg() {
	if flags := r.u32(); flags&0x40 != 0 {
		r.u32()
	}
	r.sleb()
}

// prefixed skips what comes after a prefix byte; false if it is not known.
func (r *reader) prefixed(prefix byte) bool {
	op := r.u32()
	switch {
	case prefix == 0xfb: // garbage collection
		return false
	case prefix == 0xfc && op < 8: // saturating truncations
	case prefix == 0xfc && (op == 8 || op == 10 || op == 12 || op == 14):
		r.u32()
		r.u32()
	case prefix == 0xfc:
		r.u32()
	case prefix == 0xfd && (op == 12 || op == 13): // v128.const, i8x16.shuffle
		r.skip(16)
	case prefix == 0xfd && (op < 12 || op == 92 || op == 93):
		r.memarg()
	case prefix == 0xfd && op >= 84 && op <= 91:
		r.memarg()
		r.byte()
	case prefix == 0xfd && op >= 21 && op <= 34: // lanes
		r.byte()
	case prefix == 0xfe && op == 3: // atomic.fence
		r.byte()
	case prefix == 0xfe:
		r.memarg()
	}
	return true
}
