package wasmbin

import (
	"bytes"
	"errors"
	"fmt"
)

type section struct {
	id         byte
	start, end int // of the payload
}

// The sections of the binary format, in the order of their ids.
var sectionNames = []string{"custom", "type", "import", "function", "table", "memory", "global", "export", "start",
	"element", "code", "data", "data count", "tag"}

func (s section) String() string {
	if int(s.id) < len(sectionNames) {
		return sectionNames[s.id] + " section"
	}
	return fmt.Sprintf("section %d", s.id)
}

var header = []byte("\x00asm\x01\x00\x00\x00")

// Read reads what the module declares. The error is a *CorruptError or an *UnsupportedError; with the latter, Module
// holds what was read so far, imports, exports and ABI included where that was possible.
func Read(code []byte) (*Module, error) {
	if wrong := NotAModule(code); wrong != "" {
		return &Module{}, &CorruptError{What: wrong}
	}
	m := &Module{}
	var err error
	if m.sections, err = split(code); err != nil {
		return m, err
	}
	// What an unsupported feature needs is remembered, and the sections after it are read: the ABI and the imports are
	// of use even then.
	var unsupported *UnsupportedError
	for _, s := range m.sections {
		r := &reader{buf: code, pos: s.start, end: s.end, what: s.String()}
		m.section(s, r)
		if s.id != 0 {
			m.entries += r.n
		}
		if r.err == nil && r.left() > 0 && s.id != 0 {
			r.corrupt("is %d bytes too long", r.left())
		}
		switch {
		case r.err == nil || unsupported != nil:
		case errors.As(r.err, &unsupported):
		default:
			return m, r.err
		}
	}
	if unsupported != nil {
		return m, unsupported
	}
	return m, m.tooLarge()
}

func split(code []byte) ([]section, error) {
	var all []section
	r := &reader{buf: code, pos: len(header), end: len(code), what: "file"}
	for r.left() > 0 {
		s := section{id: r.byte()}
		size := r.u32()
		if r.err == nil && uint64(size) > uint64(r.left()) {
			return nil, &CorruptError{What: fmt.Sprintf("is truncated: its %s announces %d bytes and %d are there", s, size, r.left())}
		}
		s.start = r.pos
		r.skip(size)
		s.end = r.pos
		if r.err != nil {
			return nil, &CorruptError{What: "is truncated: the file ends inside the header of a section"}
		}
		switch {
		case s.id == 14:
			return nil, &UnsupportedError{What: "it uses string references (stringref)"}
		case int(s.id) >= len(sectionNames):
			return nil, &CorruptError{What: fmt.Sprintf("has a section of the unknown kind %d", s.id)}
		}
		all = append(all, s)
	}
	return all, nil
}

// Instructions is how many bytes of the code are instructions, which is what an engine has to work on: debug information
// is often most of a module. What cannot be read has none.
func Instructions(code []byte) int {
	if !bytes.HasPrefix(code, header) {
		return 0
	}
	sections, err := split(code)
	if err != nil {
		return 0
	}
	n := 0
	for _, s := range sections {
		if s.id == 10 {
			n += s.end - s.start
		}
	}
	return n
}

func (m *Module) section(s section, r *reader) {
	switch s.id {
	case 0:
		m.custom(r)
	case 1:
		m.readTypes(r)
	case 2:
		m.readImports(r)
	case 3:
		for range r.count(1) {
			m.funcTypes = append(m.funcTypes, r.u32())
		}
	case 4:
		m.readTables(r)
	case 5:
		for range r.count(2) {
			m.Memories = append(m.Memories, r.limits())
		}
		if len(m.Memories) > 1 {
			r.fail(&UnsupportedError{What: "it has several memories (multi-memory)"})
		}
	case 6:
		readGlobals(r)
	case 7:
		m.readExports(r)
	case 8:
		m.Start, m.HasStart = r.u32(), true
	case 9:
		readElements(r)
	case 10:
		m.readCode(r)
	case 11:
		readData(r)
	case 12:
		r.u32()
	case 13:
		for range r.count(2) {
			r.byte()
			r.u32()
		}
	}
}
