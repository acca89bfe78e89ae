package proxywasm

import "github.com/tetratelabs/wazero/experimental"

// memory is the linear memory of one VM: reserved at once, used page by page as the module touches it, and given back to
// the system when the VM closes. A heap slice would be copied at each growth and stay until the garbage collector runs,
// so that a module which eats all it can get would cost three times its limit.
type memory struct {
	limit   uint64
	buf     []byte
	refused bool
}

// Allocate implements experimental.MemoryAllocator.
func (m *memory) Allocate(_, max uint64) experimental.LinearMemory {
	m.buf = reserve(min(max, m.limit))
	return m
}

// Reallocate implements experimental.LinearMemory: nil makes memory.grow return -1.
func (m *memory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.buf)) {
		m.refused = m.refused || size > m.limit
		return nil
	}
	return m.buf[:size:size]
}

// Free implements experimental.LinearMemory. wazero may call it while the module is still on the stack (a deadline in a
// nested call), so the pages stay mapped until release.
func (m *memory) Free() {}

func (m *memory) release() {
	if m.buf != nil {
		unreserve(m.buf)
		m.buf = nil
	}
}
