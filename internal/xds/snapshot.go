package xds

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// Snapshot is one immutable set of resources. Each is marshalled once, however many
// Envoys it is sent to.
type Snapshot struct {
	// Version is a hash of everything in the snapshot: replicas and restarts agree on it.
	Version string

	types  []string // in the order in which an Envoy should get them
	byType map[string]map[string]*resource
	sorted map[string][]*resource // by name
	hashes map[string]string      // of the versions of each type
}

// NewSnapshot packs resources. Their order gives the order of the types on the wire.
// Two resources of one type and name are an error.
func NewSnapshot(resources []Resource) (*Snapshot, error) {
	s := &Snapshot{
		byType: map[string]map[string]*resource{}, sorted: map[string][]*resource{}, hashes: map[string]string{},
	}
	for _, in := range resources {
		r, err := pack(in)
		if err != nil {
			return nil, err
		}
		t := r.ref.TypeURL
		if s.byType[t] == nil {
			s.byType[t] = map[string]*resource{}
			s.types = append(s.types, t)
		}
		if s.byType[t][r.ref.Name] != nil {
			return nil, fmt.Errorf("two resources %s of type %s", r.ref.Name, t)
		}
		s.byType[t][r.ref.Name] = r
	}
	for _, t := range s.types {
		for _, name := range slices.Sorted(maps.Keys(s.byType[t])) {
			s.sorted[t] = append(s.sorted[t], s.byType[t][name])
		}
		s.hashes[t] = hashVersions(s.versions(t))
	}
	s.Version = hashVersions(s.hashes)
	return s, nil
}

// Types returns the type URLs in the snapshot, in sending order.
func (s *Snapshot) Types() []string { return s.types }

// Changed returns the type URLs whose resources differ between s and old, in sending order;
// old may be nil.
func (s *Snapshot) Changed(old *Snapshot) []string {
	var changed []string
	for _, t := range s.types {
		if old == nil || !maps.Equal(s.versions(t), old.versions(t)) {
			changed = append(changed, t)
		}
	}
	if old != nil {
		for _, t := range old.types {
			if s.byType[t] == nil {
				changed = append(changed, t)
			}
		}
	}
	return changed
}

// get returns a resource, or nil; s may be nil.
func (s *Snapshot) get(r Ref) *resource {
	if s == nil {
		return nil
	}
	return s.byType[r.TypeURL][r.Name]
}

// versions returns the version of each resource of a type, by name.
func (s *Snapshot) versions(typeURL string) map[string]string {
	out := make(map[string]string, len(s.sorted[typeURL]))
	for _, r := range s.sorted[typeURL] {
		out[r.ref.Name] = r.version
	}
	return out
}

// hash is hashVersions. That of all of a type, which most Envoys are to have, is known.
func (s *Snapshot) hash(typeURL string, versions map[string]string) string {
	all := s.sorted[typeURL]
	if len(all) == 0 || len(all) != len(versions) {
		return hashVersions(versions)
	}
	for _, r := range all {
		if versions[r.ref.Name] != r.version {
			return hashVersions(versions)
		}
	}
	return s.hashes[typeURL]
}

// hashVersions gives one version for a set of resources.
func hashVersions(versions map[string]string) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		fmt.Fprintf(h, "%q %q\n", name, versions[name])
	}
	return shortHash(h.Sum(nil))
}

// shortHash keeps 64 bits: short enough to read out, and only ever compared with a
// handful of its own kind.
func shortHash(sum []byte) string { return hex.EncodeToString(sum[:8]) }
