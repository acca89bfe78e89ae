package wasmbin

import (
	"encoding/binary"
	"fmt"
)

// What this server is ready to allocate for a module's own declarations. V8 allows more: above, the module goes
// unjudged. The largest real modules seen (a 10 MB web application firewall) stay a hundred times below.
const (
	maxTables       = 16
	maxTableEntries = 1 << 20
	maxLocals       = 4 << 20 // of all functions together
	maxEntries      = 1 << 18 // types, imports, functions, globals, exports, segments and their elements, together
	maxBody         = 2 << 20 // bytes of one function
	// wazero's compiler takes time by the square of these: a second for so many. It cannot be stopped inside a function.
	maxBlocks = 10_000 // of one function, see blocks
)

var tooMany = &UnsupportedError{What: fmt.Sprintf("it declares more than %d types, functions, globals, exports and elements", maxEntries), Unread: true}

func (m *Module) tooLarge() error {
	switch {
	case m.tables > maxTables, m.minTable > maxTableEntries:
		return &UnsupportedError{What: "its tables are larger than preflight runs"}
	case m.locals > maxLocals:
		return &UnsupportedError{What: "its functions have more locals than preflight runs"}
	case m.entries > maxEntries:
		return tooMany
	case m.maxBody > maxBody, m.maxBlocks > maxBlocks:
		return &UnsupportedError{What: fmt.Sprintf("it has a function of more than %d MiB or %d branches", maxBody>>20, maxBlocks)}
	}
	return nil
}

// custom keeps the function names, for stack traces, and drops every other custom section. A name section that Envoy
// cannot read makes it refuse the module ("Failed to parse corrupted Wasm module").
func (m *Module) custom(r *reader) {
	r.what = "custom section"
	switch name := r.name(); {
	case name == "go:buildid":
		m.ByGo = true
		return
	case name != "name" || m.names != nil:
		return
	}
	r.what = "name section"
	for r.left() > 0 {
		id := r.byte()
		size := r.u32()
		sub := *r
		sub.end = min(r.pos+int(size), r.end)
		payload := r.skip(size)
		if id != 1 || r.err != nil {
			continue
		}
		for range sub.count(2) {
			sub.u32()
			sub.skip(sub.u32())
		}
		if sub.err == nil && sub.left() > 0 {
			sub.corrupt("is %d bytes too long", sub.left())
		}
		if sub.err != nil {
			r.fail(sub.err)
		}
		m.names = payload
	}
}

// Trim copies the module for an engine that trusts what it reads: custom sections are gone, except for the names of
// functions, and no table can grow past what this server is ready to allocate (V8 stops at 10,000,000 entries).
func (m *Module) Trim(code []byte) []byte {
	out := m.Rewrite(code, func(id byte, payload []byte) ([]byte, bool) {
		if id == 4 {
			payload = cappedTables(payload)
		}
		return payload, id != SectionCustom
	})
	if m.names != nil {
		names := binary.AppendUvarint([]byte("\x04name\x01"), uint64(len(m.names)))
		out = AppendSpan(append(out, SectionCustom), append(names, m.names...))
	}
	return out
}

func cappedTables(payload []byte) []byte {
	r := &reader{buf: payload, end: len(payload)}
	n := r.count(3)
	out := binary.AppendUvarint(nil, uint64(n))
	for range n {
		from := r.pos
		init := payload[r.pos] == 0x40
		if init {
			r.skip(2)
		}
		r.valType()
		out = append(out, payload[from:r.pos]...)
		capped := uint64(maxTableEntries)
		flags, lo := r.byte(), uint64(r.u32())
		if flags&1 != 0 {
			capped = min(capped, uint64(r.u32()))
		}
		out = append(out, 1)
		out = binary.AppendUvarint(out, lo)
		out = binary.AppendUvarint(out, capped)
		if init {
			from = r.pos
			r.constExpr()
			out = append(out, payload[from:r.pos]...)
		}
	}
	return out
}
