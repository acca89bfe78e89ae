package xds

import (
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
)

// maxPast is how many earlier snapshots are kept for clients that hold something of them.
const maxPast = 8

// memory is what the streams share: the snapshot, what came before it, which resource was
// accepted last, and how often one was refused.
type memory struct {
	mu      sync.RWMutex // every look at a client asks; little changes
	current *Snapshot
	past    []*Snapshot            // the latest first
	good    map[Ref]*resource      // accepted last by any Envoy, of those in current
	nacks   map[Ref]map[string]int // how often a version was refused, of those in current
	wholes  wholes
	lives   uint64 // counts the snapshots that were set
	salts   map[Ref]uint32
	salt    uint32 // another one in each process, since Envoys remember what they refused
}

func newMemory() *memory {
	return &memory{
		wholes: wholes{resources: map[Ref][]*resource{}},
		good:   map[Ref]*resource{}, nacks: map[Ref]map[string]int{}, salts: map[Ref]uint32{},
		salt: 1 + rand.Uint32N(1<<28), // room to count on: it ends up in a field of nanoseconds
	}
}

// set makes s current.
func (m *memory) set(s *Snapshot) (changed []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	changed = s.Changed(m.current)
	if m.current != nil && len(changed) > 0 {
		m.past = slices.Insert(m.past, 0, m.current)
		m.past = m.past[:min(len(m.past), maxPast)]
	}
	m.begin(s)
	m.current = s
	maps.DeleteFunc(m.good, func(ref Ref, _ *resource) bool { return s.get(ref) == nil })
	for ref, versions := range m.nacks {
		r := s.get(ref)
		maps.DeleteFunc(versions, func(version string, _ int) bool { return r == nil || r.version != version })
		if len(versions) == 0 {
			delete(m.nacks, ref)
		}
	}
	return changed
}

// begin gives each resource of s its life: that of what was served under the name before it, or a
// new one. The caller holds m.mu.
func (m *memory) begin(s *Snapshot) {
	before := m.current
	if before == nil && len(m.past) > 0 {
		before = m.past[0]
	}
	m.lives++
	for _, of := range s.sorted {
		for _, r := range of {
			if r.life != 0 {
				continue // s was set before
			}
			r.life = m.lives
			if old := before.get(r.ref); old != nil {
				r.life = old.life
			}
		}
	}
}

// remember adds a snapshot that was served by an earlier process.
func (m *memory) remember(s *Snapshot) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.past = append(m.past, s)
}

func (m *memory) snapshot() *Snapshot {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.current
}

// snapshots are the current one, which may be nil, and those before it. The caller holds m.mu.
func (m *memory) snapshots() []*Snapshot { return append([]*Snapshot{m.current}, m.past...) }

// copied returns what a client says it holds, with its content where that is known.
func (m *memory) copied(ref Ref, version string) *copied {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, s := range m.snapshots() {
		if r := s.get(ref); r != nil && r.version == version {
			return &copied{version, r}
		}
	}
	if r := m.good[ref]; r != nil && r.version == version {
		return &copied{version, r}
	}
	return &copied{version: version}
}

// resources are those of a type that client covers, as they were in the snapshot, or in the
// response, in which they had the version together; none if there is no such.
func (m *memory) resources(typeURL, version string, covers func(name string) bool) []*resource {
	m.mu.RLock()
	snapshots, whole := m.snapshots(), m.wholes.resources[Ref{typeURL, version}]
	m.mu.RUnlock()
	for _, s := range snapshots {
		if s == nil {
			continue
		}
		versions := map[string]string{}
		var of []*resource
		for _, r := range s.sorted[typeURL] {
			if covers(r.ref.Name) {
				versions[r.ref.Name] = r.version
				of = append(of, r)
			}
		}
		if hashVersions(versions) == version {
			return of
		}
	}
	return whole
}

// lastGood returns the resource that some Envoy accepted last, nil if there is none.
func (m *memory) lastGood(ref Ref) *resource {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.good[ref]
}

func (m *memory) accepted(r *resource) {
	if m.lastGood(r.ref) == r {
		return // all but the first Envoy say so
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if now := m.current.get(r.ref); now == nil || now.life != r.life {
		return // it comes late: that was taken out since then
	}
	m.good[r.ref] = r
	delete(m.nacks[r.ref], r.version)
}

func (m *memory) refused(ref Ref, version string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.salts[ref]++
	if r := m.current.get(ref); r != nil && r.version == version {
		if m.nacks[ref] == nil {
			m.nacks[ref] = map[string]int{}
		}
		m.nacks[ref][version]++
	}
	if len(m.salts) > 4*maxNames {
		maps.DeleteFunc(m.salts, func(ref Ref, _ uint32) bool { return m.current.get(ref) == nil })
	}
}

// bad says whether some Envoy refused a version.
func (m *memory) bad(ref Ref, version string) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.nacks[ref][version] > 0
}

// saltOf is one that no Envoy that refused the resource has seen. Where it is new, and was
// refused by nobody, there is no need for one.
func (m *memory) saltOf(ref Ref, isNew bool) uint32 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if isNew && m.salts[ref] == 0 {
		return 0
	}
	return m.salt + m.salts[ref]
}
