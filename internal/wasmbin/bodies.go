package wasmbin

import "fmt"

// limits reads those of a memory or a table.
func (r *reader) limits() Limits {
	flags := r.byte()
	switch {
	case flags > 7:
		r.corrupt("has the unknown limits %#x", flags)
	case flags&4 != 0:
		r.fail(&UnsupportedError{What: "it has a 64-bit memory or table (memory64)"})
	case flags&2 != 0:
		r.fail(&UnsupportedError{What: "it shares a memory between threads"})
	}
	l := Limits{Min: uint64(r.u32())}
	if flags&1 != 0 {
		r.u32()
	}
	return l
}

// constExpr skips an initializer.
func (r *reader) constExpr() {
	for r.err == nil {
		switch op := r.byte(); op {
		case 0x0b: // end
			return
		case 0x41, 0x42, 0xd0: // i32.const, i64.const, ref.null
			r.sleb()
		case 0x43: // f32.const
			r.skip(4)
		case 0x44: // f64.const
			r.skip(8)
		case 0x23: // global.get
			r.u32()
		case 0xd2: // ref.func
			r.function()
		case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e: // extended const
		case 0xfd: // v128.const
			r.u32()
			r.skip(16)
		case 0xfb:
			r.fail(&UnsupportedError{What: "it uses garbage-collected types (GC)"})
		default:
			r.corrupt("has the unknown instruction %#x in an initializer", op)
		}
	}
}

func readGlobals(r *reader) {
	for range r.count(3) {
		r.valType()
		r.byte()
		r.constExpr()
	}
}

// readElements follows the eight forms of a segment: bit 0 is passive or declared, bit 1 an explicit table index or a
// declared segment, bit 2 expressions instead of indexes.
func readElements(r *reader) {
	for range r.count(2) {
		form := r.u32()
		if form > 7 {
			r.corrupt("has the unknown form %d", form)
			return
		}
		if form&1 == 0 {
			if form&2 != 0 {
				r.u32()
			}
			r.constExpr()
		}
		if form&3 != 0 {
			if form&4 != 0 {
				r.valType()
			} else {
				r.byte()
			}
		}
		for range r.count(1) {
			if form&4 != 0 {
				r.constExpr()
			} else {
				r.function()
			}
			if r.err != nil {
				return
			}
		}
	}
}

func readData(r *reader) {
	for range r.count(2) {
		form := r.u32()
		if form > 2 {
			r.corrupt("has the unknown form %d", form)
		}
		if form == 2 {
			r.u32()
		}
		if form != 1 {
			r.constExpr()
		}
		r.skip(r.u32())
		if r.err != nil {
			return
		}
	}
}

// readCode reads the locals of each function and leaves its instructions to the engine.
func (m *Module) readCode(r *reader) {
	for range r.count(2) {
		size := r.u32()
		body := *r
		body.end = min(r.pos+int(size), r.end)
		r.skip(size)
		var locals uint64
		for range body.count(2) {
			locals += uint64(body.u32())
			body.valType()
		}
		if body.err != nil {
			r.fail(body.err)
		}
		m.locals += locals
		m.maxBody = max(m.maxBody, int(size))
		m.maxBlocks = max(m.maxBlocks, blocks(&body))
		// V8's kV8MaxWasmFunctionLocals.
		if locals > 50_000 {
			r.fail(&CorruptError{What: fmt.Sprintf("has a function with %d local variables; V8 takes 50000", locals)})
		}
		if r.err != nil {
			return
		}
	}
}
