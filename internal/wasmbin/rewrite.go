package wasmbin

import "encoding/binary"

// Sections that Rewrite's caller may want to tell apart, by their ids in the binary format.
const (
	SectionCustom = 0
	SectionExport = 7
	SectionCode   = 10
)

// Rewrite copies the module, whose code was read, with each section's payload as change returns it. The sections for
// which keep is false are left out.
func (m *Module) Rewrite(code []byte, change func(id byte, payload []byte) (changed []byte, keep bool)) []byte {
	out := make([]byte, 0, len(code)+64)
	out = append(out, header...)
	for _, s := range m.sections {
		if payload, keep := change(s.id, code[s.start:s.end]); keep {
			out = append(out, s.id)
			out = AppendSpan(out, payload)
		}
	}
	return out
}

// AppendSpan appends the length of bytes, and the bytes: a name, a body, a section's payload.
func AppendSpan(to, span []byte) []byte {
	return append(binary.AppendUvarint(to, uint64(len(span))), span...)
}

// Bodies returns the functions that the code section defines, in order; they are parts of code.
func (m *Module) Bodies(code []byte) (bodies [][]byte) {
	m.each(code, SectionCode, func(r *reader) {
		for range r.count(2) {
			bodies = append(bodies, r.skip(r.u32()))
		}
	})
	return bodies
}

// Referenced lists the functions that a table or a global can hold before any code runs, and that may so be called
// without being named.
func (m *Module) Referenced(code []byte) (functions []uint32) {
	add := func(function uint32) { functions = append(functions, function) }
	m.each(code, 4, func(r *reader) { r.ref = add; (&Module{}).readTables(r) })
	m.each(code, 6, func(r *reader) { r.ref = add; readGlobals(r) })
	m.each(code, 9, func(r *reader) { r.ref = add; readElements(r) })
	return functions
}

// each reads the sections of an id, which Read found to be sound.
func (m *Module) each(code []byte, id byte, read func(*reader)) {
	for _, s := range m.sections {
		if s.id == id {
			read(&reader{buf: code, pos: s.start, end: s.end, what: s.String()})
		}
	}
}
