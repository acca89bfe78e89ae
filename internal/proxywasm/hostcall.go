package proxywasm

import (
	"context"
	"encoding/binary"
)

// Results of proxy-wasm host calls (WasmResult in proxy_wasm_common.h).
const (
	ok                  uint32 = 0
	notFound            uint32 = 1
	badArgument         uint32 = 2
	parseFailure        uint32 = 4
	invalidMemoryAccess uint32 = 6
	empty               uint32 = 7
	casMismatch         uint32 = 8
	internalFailure     uint32 = 10
	unimplemented       uint32 = 12
)

// hostCall is one call of the module into the host.
type hostCall struct {
	vm   *VM
	c    *Context // whom the call is for
	ctx  context.Context
	args []uint64
}

func (h *hostCall) u32(i int) uint32 { return uint32(h.args[i]) }

func (h *hostCall) memory() []byte {
	m := h.vm.mem
	if m == nil {
		panic(errCrash{"calls its host, but exports no memory"})
	}
	b, _ := m.Read(0, m.Size())
	return b
}

// at is a view of the module's memory; false if it does not exist.
func (h *hostCall) at(p, size uint32) ([]byte, bool) {
	m := h.memory()
	if uint64(p)+uint64(size) > uint64(len(m)) {
		return nil, false
	}
	return m[p : p+size], true
}

// bytes views the arguments i and i+1, an address and a size.
func (h *hostCall) bytes(i int) ([]byte, bool) { return h.at(h.u32(i), h.u32(i+1)) }

// text copies the arguments i and i+1. A copy counts as kept while it is made: some calls take several, and the module's
// memory may be larger than what its host may keep.
func (h *hostCall) text(i int) (string, bool) {
	b, there := h.bytes(i)
	h.vm.pass(len(b))
	h.vm.passing -= len(b)
	return string(b), there
}

// put32 stores a word where argument i points.
func (h *hostCall) put32(i int, v uint32) bool {
	b, there := h.at(h.u32(i), 4)
	if there {
		binary.LittleEndian.PutUint32(b, v)
	}
	return there
}

func (h *hostCall) put64(i int, v uint64) bool {
	b, there := h.at(h.u32(i), 8)
	if there {
		binary.LittleEndian.PutUint64(b, v)
	}
	return there
}

// give copies bytes into memory that the module allocates, and stores address and size where arguments i and i+1 point
// (WasmBase::copyToPointerSize).
func (h *hostCall) give(i int, data []byte) uint32 {
	var p uint32
	if len(data) > 0 {
		h.memory() // Envoy crashes in the allocation already
		var there bool
		if p, there = h.vm.alloc(h.ctx, len(data)); !there {
			return invalidMemoryAccess
		}
		b, _ := h.at(p, uint32(len(data)))
		copy(b, data)
	}
	if !h.put32(i, p) || !h.put32(i+1, uint32(len(data))) {
		return invalidMemoryAccess
	}
	return ok
}

// stored turns the outcome of a put into a result.
func stored(done bool) uint32 {
	if done {
		return ok
	}
	return invalidMemoryAccess
}
