package xds

import "slices"

// maxWhole is how many versions of a whole type are kept for state-of-the-world clients.
const maxWhole = 64

// wholes are what state-of-the-world responses had. A client that comes back says a version and
// nothing else; between two snapshots, or when it was away for many edits, no snapshot has it.
type wholes struct {
	resources map[Ref][]*resource // by type and version
	order     []Ref               // the oldest first
}

// responded notes what a response has that replaces all of a type.
func (m *memory) responded(out *outgoing) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := Ref{out.typeURL, out.version}
	if _, known := m.wholes.resources[key]; known {
		return
	}
	var all []*resource
	for _, p := range slices.Concat(out.puts, out.rest) {
		all = append(all, p.offer.resource)
	}
	if len(m.wholes.order) == maxWhole {
		delete(m.wholes.resources, m.wholes.order[0])
		m.wholes.order = m.wholes.order[1:]
	}
	m.wholes.resources[key] = all
	m.wholes.order = append(m.wholes.order, key)
}
