package wasmbin

import (
	"bytes"
	"slices"
	"testing"
)

func TestTrimDropsCustomSections(t *testing.T) {
	code := read(t, "ok-header")
	// A name section with the module's name, the function names "a" and "b", and something else after it.
	names := "\x00\x14\x04name" + "\x00\x04\x03mod" + "\x01\x07\x02\x00\x01a\x01\x01b" + "\x00\x07\x06custom"
	with := append(slices.Clone(code), names...)
	m, err := Read(with)
	if err != nil {
		t.Fatal(err)
	}
	got := m.Trim(with)
	if !bytes.HasPrefix(got, code) {
		t.Error("it changed more than custom sections")
	}
	if rest := string(got[len(code):]); rest != "\x00\x0e\x04name\x01\x07\x02\x00\x01a\x01\x01b" {
		t.Errorf("custom sections left: %q", rest)
	}
}

func TestTrimCapsTables(t *testing.T) {
	code := read(t, "configure-table")
	if !bytes.Contains(code, []byte("\x04\x04\x01\x70\x00\x01")) {
		t.Fatal("the module has no unbounded table")
	}
	m, err := Read(code)
	if err != nil {
		t.Fatal(err)
	}
	// funcref, with a maximum: 1 to 1,048,576 entries.
	if !bytes.Contains(m.Trim(code), []byte("\x04\x07\x01\x70\x01\x01\x80\x80\x40")) {
		t.Errorf("no table of at most %d entries in %x", maxTableEntries, m.Trim(code))
	}
}

func TestTooLarge(t *testing.T) {
	for name, m := range map[string]*Module{
		"tables":  {tables: maxTables + 1},
		"entries": {minTable: maxTableEntries + 1},
		"locals":  {locals: maxLocals + 1},
	} {
		if m.tooLarge() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := (&Module{tables: maxTables, minTable: maxTableEntries, locals: maxLocals}).tooLarge(); err != nil {
		t.Error(err)
	}
}
