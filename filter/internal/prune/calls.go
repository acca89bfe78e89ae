package main

import "fmt"

// calls reports each function that a function body names: those that it calls, and those whose reference it takes.
// It knows the instructions of Wasm 2.0 but SIMD, none of which TinyGo emits here.
func calls(body []byte, report func(function uint64)) error {
	d := &decoder{bytes: body}
	for range d.uint() { // locals: count and type
		d.uint()
		d.byte()
	}
	for d.more() {
		switch op := d.byte(); {
		case op == 0x10, op == 0xd2: // call, ref.func
			report(d.uint())
		case op >= 0x02 && op <= 0x04, // block, loop, if: a type
			op == 0x0c, op == 0x0d, // br, br_if
			op >= 0x20 && op <= 0x26, // local, global, table: an index
			op >= 0x3f && op <= 0x42, // memory.size, memory.grow, i32.const, i64.const
			op == 0xd0:               // ref.null
			d.uint()
		case op == 0x0e: // br_table: labels and a default
			for range d.uint() {
				d.uint()
			}
			d.uint()
		case op == 0x11, op >= 0x28 && op <= 0x3e: // call_indirect; loads and stores
			d.uint()
			d.uint()
		case op == 0x1c: // select with types
			d.span()
		case op == 0x43: // f32.const
			d.take(4)
		case op == 0x44: // f64.const
			d.take(8)
		case op == 0xfc:
			bulk(d)
		case op <= 0x01, op == 0x05, op == 0x0b, op == 0x0f, op == 0x1a, op == 0x1b,
			op >= 0x45 && op <= 0xc4, op == 0xd1: // no operands
		default:
			return fmt.Errorf("unknown instruction %#x", op)
		}
	}
	return d.err
}

// bulk skips the operands of an instruction with the prefix 0xfc.
func bulk(d *decoder) {
	switch op := d.uint(); op {
	case 0, 1, 2, 3, 4, 5, 6, 7: // saturating conversions
	case 8, 10, 12, 14: // memory.init, memory.copy, table.init, table.copy
		d.uint()
		d.uint()
	case 9, 11, 13, 15, 16, 17: // data.drop, memory.fill, elem.drop, table.grow, table.size, table.fill
		d.uint()
	default:
		d.err = fmt.Errorf("unknown instruction 0xfc %d", op)
	}
}
