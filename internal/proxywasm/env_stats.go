package proxywasm

var statCalls = map[string]hostFunc{
	"define_metric":    fn("iiii", (*hostCall).defineMetric),
	"increment_metric": fn("iI", (*hostCall).incrementMetric),
	"record_metric":    fn("iI", (*hostCall).recordMetric),
	"get_metric":       fn("ii", (*hostCall).getMetric),
}

// The kinds of metrics; the two lowest bits of an id tell them.
const (
	counter = iota
	gauge
	histogram
)

// Metric is one that the module defined. A histogram counts its records in Value.
type Metric struct {
	Name  string
	Kind  string // "counter", "gauge", "histogram"
	Value uint64
}

// Stats are the metrics of a module, in the order of their definition.
type Stats struct {
	All []*Metric
	ids map[uint32]*Metric
}

func (h *hostCall) defineMetric() uint32 {
	name, there := h.text(1)
	if !there {
		return invalidMemoryAccess
	}
	kind := h.u32(0)
	if kind > histogram {
		return badArgument
	}
	s := &h.vm.Stats
	m := &Metric{Name: name, Kind: [...]string{"counter", "gauge", "histogram"}[kind]}
	h.vm.hold(len(name) + 128)
	known := false
	for _, old := range s.All {
		if old.Name == m.Name && old.Kind == m.Kind {
			m, known = old, true
		}
	}
	if !known {
		s.All = append(s.All, m)
	}
	if s.ids == nil {
		s.ids = map[uint32]*Metric{}
	}
	id := kind + 4*uint32(len(s.ids)+1)
	s.ids[id] = m
	return stored(h.put32(3, id))
}

func (h *hostCall) incrementMetric() uint32 {
	id, offset := h.u32(0), int64(h.args[1])
	kind := id & 3
	if kind >= histogram {
		return badArgument
	}
	m := h.vm.Stats.ids[id]
	switch {
	case m == nil:
		return notFound
	case kind == counter && offset <= 0:
		return badArgument
	}
	m.Value += uint64(offset)
	return ok
}

func (h *hostCall) recordMetric() uint32 {
	m := h.vm.Stats.ids[h.u32(0)]
	if m == nil {
		return notFound
	}
	switch h.u32(0) & 3 {
	case counter:
		m.Value += h.args[1]
	case gauge:
		m.Value = h.args[1]
	default:
		m.Value++
	}
	return ok
}

func (h *hostCall) getMetric() uint32 {
	if h.u32(0)&3 >= histogram {
		return badArgument
	}
	m := h.vm.Stats.ids[h.u32(0)]
	if m == nil {
		return notFound
	}
	return stored(h.put64(1, m.Value))
}
