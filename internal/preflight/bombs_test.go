package preflight

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// Modules that are small, or of few bytes a thing, and cost whoever reads or compiles them much.

func leb(n int) []byte { return binary.AppendUvarint(nil, uint64(n)) }

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func section(id byte, payload ...[]byte) []byte {
	b := join(payload...)
	return join([]byte{id}, leb(len(b)), b)
}

// many repeats one entry of a vector.
func many(n int, entry ...byte) []byte { return join(leb(n), bytes.Repeat(entry, n)) }

func name(s string) []byte { return join(leb(len(s)), []byte(s)) }

// Types 0 and 1 of a bomb: of the ABI's marker, and of malloc.
var bombTypes = [][]byte{{0x60, 0, 0}, {0x60, 1, 0x7f, 1, 0x7f}}

// bomb is a module that Envoy would start, but for what is added: sections by id, entries to those that it has, and the
// body of its _initialize.
type bomb struct {
	types, functions, exports, bodies [][]byte
	sections                          map[byte][]byte
	initialize                        []byte
	moreTypes, moreFunctions          int // of () -> (), the functions empty
}

func (b bomb) code() []byte {
	vector := func(entries [][]byte, more int, entry []byte) []byte {
		return join(leb(len(entries)+more), join(entries...), bytes.Repeat(entry, more))
	}
	body := func(instructions []byte) []byte {
		inner := join([]byte{0}, instructions, []byte{0x0b})
		return join(leb(len(inner)), inner)
	}
	all := map[byte][]byte{
		1: vector(slices.Concat(bombTypes, b.types), b.moreTypes, []byte{0x60, 0, 0}),
		3: vector(slices.Concat([][]byte{{0}, {1}, {0}}, b.functions), b.moreFunctions, []byte{0}),
		5: {1, 0, 1},
		7: vector(slices.Concat([][]byte{
			join(name("memory"), []byte{2, 0}), join(name("proxy_abi_version_0_2_1"), []byte{0, 0}),
			join(name("malloc"), []byte{0, 1}), join(name("_initialize"), []byte{0, 2}),
		}, b.exports), 0, nil),
		10: vector(slices.Concat([][]byte{body(nil), body([]byte{0x41, 0}), body(b.initialize)}, b.bodies), b.moreFunctions, []byte{2, 0, 0x0b}),
	}
	for id, payload := range b.sections {
		all[id] = payload
	}
	code := []byte("\x00asm\x01\x00\x00\x00")
	for _, id := range []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11} {
		if payload, ok := all[id]; ok {
			code = join(code, section(id, payload))
		}
	}
	return code
}

func bombs() map[string][]byte {
	const mega = 1 << 20
	nop2 := func(n int) []byte { return bytes.Repeat([]byte{0x41, 0, 0x1a}, n/3) } // i32.const 0, drop
	return map[string][]byte{
		"a function type of 5,000,000 parameters": bomb{types: [][]byte{join([]byte{0x60}, many(5*mega, 0x7f), []byte{0})},
			sections: map[byte][]byte{2: join([]byte{1}, name("env"), name("proxy_log"), []byte{0, 2})}}.code(),
		"imports that nobody offers": bomb{sections: map[byte][]byte{2: func() []byte {
			b := leb(mega)
			for i := range mega {
				b = append(append(b, join([]byte{1, 'm'}, []byte{4})...), byte('a'+i&15), byte('a'+i>>4&15), byte('a'+i>>8&15), byte('a'+i>>12&255))
				b = append(b, 0, 0)
			}
			return b
		}()}}.code(),
		"types":            bomb{moreTypes: 5 * mega}.code(),
		"functions":        bomb{moreFunctions: 3 * mega}.code(),
		"small functions":  bomb{moreFunctions: 170_000}.code(),
		"globals":          bomb{sections: map[byte][]byte{6: many(3*mega, 0x7f, 0, 0x41, 0, 0x0b)}}.code(),
		"data segments":    bomb{sections: map[byte][]byte{12: leb(7 * mega), 11: many(7*mega, 1, 0)}}.code(),
		"element segments": bomb{sections: map[byte][]byte{4: {1, 0x70, 0, 1}, 9: many(4*mega, 1, 0, 0)}}.code(),
		"elements":         bomb{sections: map[byte][]byte{4: {1, 0x70, 0, 1}, 9: join([]byte{1, 1, 0}, many(15*mega, 0))}}.code(),
		"exports": bomb{exports: func() (all [][]byte) {
			for i := range mega {
				all = append(all, join([]byte{4, byte('a' + i&15), byte('a' + i>>4&15), byte('a' + i>>8&15), byte('a' + i>>12&255)}, []byte{0, 0}))
			}
			return all
		}()}.code(),
		"one function of 7 MB":  bomb{initialize: nop2(7 * mega)}.code(),
		"one function of 1 MB":  bomb{initialize: nop2(mega)}.code(),
		"7,000,000 blocks deep": bomb{initialize: join(bytes.Repeat([]byte{0x02, 0x40}, 2*mega), bytes.Repeat([]byte{0x0b}, 2*mega))}.code(),
		"a branch table":        bomb{initialize: join([]byte{0x02, 0x40, 0x41, 0, 0x0e}, many(7*mega, 0), []byte{0, 0x0b})}.code(),
		"a smaller one":         bomb{initialize: join([]byte{0x02, 0x40, 0x41, 0, 0x0e}, many(700_000, 0), []byte{0, 0x0b})}.code(),
		"a sum":                 bomb{initialize: join([]byte{0x41, 0}, bytes.Repeat([]byte{0x41, 1, 0x6a}, 2*mega), []byte{0x1a})}.code(),
		"a deep expression":     bomb{initialize: join(bytes.Repeat([]byte{0x41, 1}, 2*mega), bytes.Repeat([]byte{0x6a}, 2*mega-1), []byte{0x1a})}.code(),
	}
}
