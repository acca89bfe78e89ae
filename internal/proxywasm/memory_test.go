package proxywasm

import "testing"

func TestMemory(t *testing.T) {
	m := &memory{limit: 4 << 16}
	linear := m.Allocate(1<<16, 1<<30)
	b := linear.Reallocate(1 << 16)
	if len(b) != 1<<16 || m.refused {
		t.Fatalf("%d bytes at first, refused %v", len(b), m.refused)
	}
	b[0] = 1
	if b = linear.Reallocate(4 << 16); len(b) != 4<<16 || b[0] != 1 || m.refused {
		t.Errorf("grown to %d bytes, the first is %d, refused %v", len(b), b[0], m.refused)
	}
	if b := linear.Reallocate(5 << 16); b != nil || !m.refused {
		t.Errorf("grown beyond the limit: %d bytes, refused %v", len(b), m.refused)
	}
	linear.Free()
	b[0] = 2 // wazero frees early: the pages have to be there until release
	m.release()
	m.release()
	if m.buf != nil {
		t.Error("not released")
	}
}

// The module's own maximum is not the host's doing.
func TestMemoryOwnMaximum(t *testing.T) {
	m := &memory{limit: 4 << 16}
	linear := m.Allocate(1<<16, 2<<16)
	defer m.release()
	if b := linear.Reallocate(3 << 16); b != nil || m.refused {
		t.Errorf("%d bytes, refused %v", len(b), m.refused)
	}
}
