package wasmbin

import "fmt"

// Calls reports each function that a function body names: those that it calls, and those whose reference it takes.
// It knows the instructions of Wasm 2.0 but SIMD, and the error is about any other.
func Calls(body []byte, report func(function uint32)) error {
	r := &reader{buf: body, end: len(body), what: "function body"}
	for range r.count(2) { // locals: count and type
		r.u32()
		r.valType()
	}
	for r.left() > 0 {
		switch op := r.byte(); {
		case op == 0x10, op == 0xd2: // call, ref.func
			report(r.u32())
		case op >= 0x02 && op <= 0x04, // block, loop, if: a type
			op == 0x41, op == 0x42, // i32.const, i64.const
			op == 0xd0: // ref.null
			r.sleb()
		case op == 0x0c, op == 0x0d, // br, br_if
			op >= 0x20 && op <= 0x26, // local, global, table: an index
			op == 0x3f, op == 0x40:   // memory.size, memory.grow
			r.u32()
		case op == 0x0e: // br_table: labels and a default
			for range r.count(1) {
				r.u32()
			}
			r.u32()
		case op == 0x11, op >= 0x28 && op <= 0x3e: // call_indirect; loads and stores
			r.u32()
			r.u32()
		case op == 0x1c: // select with types
			for range r.count(1) {
				r.valType()
			}
		case op == 0x43: // f32.const
			r.skip(4)
		case op == 0x44: // f64.const
			r.skip(8)
		case op == 0xfc:
			r.bulk()
		case op <= 0x01, op == 0x05, op == 0x0b, op == 0x0f, op == 0x1a, op == 0x1b,
			op >= 0x45 && op <= 0xc4, op == 0xd1: // no operands
		default:
			r.fail(fmt.Errorf("unknown instruction %#x", op))
		}
	}
	return r.err
}

// bulk skips the operands of an instruction with the prefix 0xfc.
func (r *reader) bulk() {
	switch op := r.u32(); op {
	case 0, 1, 2, 3, 4, 5, 6, 7: // saturating conversions
	case 8, 10, 12, 14: // memory.init, memory.copy, table.init, table.copy
		r.u32()
		r.u32()
	case 9, 11, 13, 15, 16, 17: // data.drop, memory.fill, elem.drop, table.grow, table.size, table.fill
		r.u32()
	default:
		r.fail(fmt.Errorf("unknown instruction 0xfc %d", op))
	}
}
