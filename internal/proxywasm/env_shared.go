package proxywasm

import "slices"

var sharedCalls = map[string]hostFunc{
	"get_shared_data":       fn("iiiii", (*hostCall).getShared),
	"set_shared_data":       fn("iiiii", (*hostCall).setShared),
	"register_shared_queue": fn("iii", (*hostCall).registerQueue),
	"resolve_shared_queue":  fn("iiiii", (*hostCall).resolveQueue),
	"dequeue_shared_queue":  fn("iii", (*hostCall).dequeue),
	"enqueue_shared_queue":  fn("iii", (*hostCall).enqueue),
}

// Shared is what every VM of a vm_id sees in Envoy: data by key, and queues.
type Shared struct {
	Data   map[string][]byte
	cas    map[string]uint32
	lastID uint32
	names  []string // of queues; the token is the index + 1
	queues [][][]byte
}

func (h *hostCall) getShared() uint32 {
	key, there := h.text(0)
	if !there {
		return invalidMemoryAccess
	}
	s := h.vm.Shared
	value, found := s.Data[key]
	if !found {
		return notFound
	}
	if r := h.give(2, value); r != ok {
		return r
	}
	return stored(h.put32(4, s.cas[key]))
}

func (h *hostCall) setShared() uint32 {
	key, there := h.text(0)
	value, thereToo := h.text(2)
	if !there || !thereToo {
		return invalidMemoryAccess
	}
	s := h.vm.Shared
	old, found := s.Data[key]
	if cas := h.u32(4); found && cas != 0 && cas != s.cas[key] {
		return casMismatch
	}
	if found {
		h.vm.held -= len(old)
	} else {
		h.vm.hold(len(key) + 64)
	}
	h.vm.hold(len(value))
	if s.Data == nil {
		s.Data, s.cas = map[string][]byte{}, map[string]uint32{}
	}
	s.lastID++
	s.Data[key], s.cas[key] = []byte(value), s.lastID
	return ok
}

func (h *hostCall) registerQueue() uint32 {
	name, there := h.text(0)
	if !there {
		return invalidMemoryAccess
	}
	s := h.vm.Shared
	i := slices.Index(s.names, name)
	if i < 0 {
		h.vm.hold(len(name) + 64)
		i = len(s.names)
		s.names, s.queues = append(s.names, name), append(s.queues, nil)
	}
	return stored(h.put32(2, uint32(i+1)))
}

func (h *hostCall) resolveQueue() uint32 {
	vmID, there := h.text(0)
	name, thereToo := h.text(2)
	if !there || !thereToo {
		return invalidMemoryAccess
	}
	i := slices.Index(h.vm.Shared.names, name)
	if vmID != "" && vmID != h.vm.plugin.VMID {
		h.vm.doubt("it looks for a queue of another VM, %.200q", vmID)
		i = -1
	}
	if i < 0 {
		return notFound
	}
	return stored(h.put32(4, uint32(i+1)))
}

func (h *hostCall) queue() *[][]byte {
	if i := int64(h.u32(0)) - 1; i >= 0 && i < int64(len(h.vm.Shared.queues)) {
		return &h.vm.Shared.queues[i]
	}
	return nil
}

func (h *hostCall) dequeue() uint32 {
	q := h.queue()
	if q == nil {
		return notFound
	}
	if len(*q) == 0 {
		return empty
	}
	head := (*q)[0]
	*q = (*q)[1:]
	h.vm.held -= len(head) + 32
	return h.give(1, head)
}

func (h *hostCall) enqueue() uint32 {
	data, there := h.text(1)
	if !there {
		return invalidMemoryAccess
	}
	q := h.queue()
	if q == nil {
		return notFound
	}
	h.vm.hold(len(data) + 32)
	*q = append(*q, []byte(data))
	h.vm.pending = append(h.vm.pending, h.u32(0))
	return ok
}
