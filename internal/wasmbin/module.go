// Package wasmbin reads what a wasm module declares, without running or compiling it, and is safe on any bytes. It also
// writes such a module again, section by section.
package wasmbin

import "fmt"

// Module is what the bytes declare. Function indexes, types and limits are as written; whether the code is valid is for
// an engine to say.
type Module struct {
	ABI      string // "0.1.0", "0.2.0", "0.2.1", or "" if there is no marker that Envoy 1.40 knows
	Imports  []Import
	Exports  []Export
	Memories []Limits // defined, not imported
	HasStart bool     // a wasm start section, which runs before anything else
	Start    uint32   // the function that it runs
	ByGo     bool     // Go's own compiler made it, not TinyGo

	types     []Func
	funcTypes []uint32 // type index of every function, imported ones first
	tables    int
	minTable  uint64
	locals    uint64
	entries   int    // of all vectors outside function bodies and custom sections
	maxBody   int    // bytes of the largest function
	maxBlocks int    // of the function with the most
	names     []byte // the payload of the function names, checked
	sections  []section
}

// Kind is what an import or export is.
type Kind byte

// The kinds of the binary format, and their names there.
const (
	KindFunc Kind = iota
	KindTable
	KindMemory
	KindGlobal
	KindTag
)

func (k Kind) String() string {
	if names := [...]string{"function", "table", "memory", "global", "tag"}; int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("kind %d", byte(k))
}

// Import is one thing that the host has to offer. Func is set for functions only.
type Import struct {
	Module, Name string
	Kind         Kind
	Func         Func
}

// Export is one thing that the module offers. Index counts what is imported and defined of that kind, the imports first.
// Func is set for functions only.
type Export struct {
	Name  string
	Kind  Kind
	Index uint32
	Func  Func
}

// Limits of a memory, in pages of 64 KiB.
type Limits struct{ Min uint64 }

// Func is a signature, one letter a value: i and I for i32 and i64, f and F for f32 and f64, ? for anything else.
type Func struct{ Params, Results string }

// String writes the signature as Envoy does: "i32 i32 -> i32", "void -> void".
func (f Func) String() string { return list(f.Params) + " -> " + list(f.Results) }

func list(letters string) string {
	if letters == "" {
		return "void"
	}
	names := map[rune]string{'i': "i32", 'I': "i64", 'f': "f32", 'F': "f64"}
	s := ""
	for i, l := range letters {
		if i > 0 {
			s += " "
		}
		if n, ok := names[l]; ok {
			s += n
		} else {
			s += "unknown"
		}
	}
	return s
}

// CorruptError is bytes that no engine accepts.
type CorruptError struct{ What string }

func (e *CorruptError) Error() string { return e.What }

// UnsupportedError is a module that Envoy's engine may well accept and that this server's cannot run.
type UnsupportedError struct {
	What   string
	Unread bool // imports, exports and ABI are not all known
}

func (e *UnsupportedError) Error() string { return e.What }

// Func finds an exported function.
func (m *Module) Func(name string) (Func, bool) {
	for _, e := range m.Exports {
		if e.Name == name && e.Kind == KindFunc {
			return e.Func, true
		}
	}
	return Func{}, false
}

// ExportsKind reports whether something of that kind is exported, under any name.
func (m *Module) ExportsKind(kind Kind) bool {
	for _, e := range m.Exports {
		if e.Kind == kind {
			return true
		}
	}
	return false
}
