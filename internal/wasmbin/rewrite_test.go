package wasmbin

import (
	"bytes"
	"slices"
	"testing"
)

func TestRewrite(t *testing.T) {
	code := read(t, "ok-header")
	m, err := Read(code)
	if err != nil {
		t.Fatal(err)
	}
	same := m.Rewrite(code, func(_ byte, payload []byte) ([]byte, bool) { return payload, true })
	if !bytes.Equal(same, code) {
		t.Errorf("nothing changed, and it is %x instead of %x", same, code)
	}
	without := m.Rewrite(code, func(id byte, payload []byte) ([]byte, bool) { return payload, id != SectionExport })
	if m, err := Read(without); err != nil || len(m.Exports) != 0 || len(m.Imports) != 1 {
		t.Errorf("without exports: %+v, %v", m, err)
	}
}

// Four functions: 0 is imported, 1 stands in a global, 2 in a table, 3 in a segment of expressions.
func TestReferenced(t *testing.T) {
	code := []byte("\x00asm\x01\x00\x00\x00" +
		"\x01\x04\x01\x60\x00\x00" + // a type: () -> ()
		"\x02\x07\x01\x01a\x01b\x00\x00" +
		"\x03\x04\x03\x00\x00\x00" +
		"\x04\x04\x01\x70\x00\x08" +
		"\x06\x06\x01\x70\x00\xd2\x01\x0b" +
		"\x08\x01\x03" +
		"\x09\x0f\x02" + "\x00\x41\x00\x0b\x01\x02" + "\x04\x41\x01\x0b\x01\xd2\x03\x0b" +
		"\x0a\x0a\x03\x02\x00\x0b\x02\x00\x0b\x02\x00\x0b")
	m, err := Read(code)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Referenced(code); !slices.Equal(got, []uint32{1, 2, 3}) {
		t.Errorf("referenced: %v", got)
	}
	if !m.HasStart || m.Start != 3 || len(m.Bodies(code)) != 3 {
		t.Errorf("start %v %d, %d bodies", m.HasStart, m.Start, len(m.Bodies(code)))
	}
}

func TestCalls(t *testing.T) {
	body := "\x01\x02\x7f" + // two locals
		"\x41\x80\x7f\x1a" + "\x42\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x1a" + // constants, dropped
		"\x02\x40\x0e\x01\x00\x00\x0b" + // block, br_table
		"\x43\x10\x05\x10\x05\x1a" + // a constant that looks like two calls
		"\x10\x05" + "\xd2\x06\x1a" + "\x20\x00\x41\x00\x36\x02\x10" + // call, ref.func, i32.store
		"\xfc\x0b\x00" + "\x0b" // memory.fill
	var got []uint32
	if err := Calls([]byte(body), func(function uint32) { got = append(got, function) }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, []uint32{5, 6}) {
		t.Errorf("calls: %v", got)
	}
	for _, bad := range []string{"", "\x00\xfd\x00", "\x00\xfc\x7f", "\x00\x10", "\x00\x44\x00"} {
		if err := Calls([]byte(bad), func(uint32) {}); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}
