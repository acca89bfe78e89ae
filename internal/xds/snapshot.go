package xds

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// Snapshot is one immutable set of resources. Each is marshalled once, however many
// Envoys it is sent to.
type Snapshot struct {
	// Version is a hash of everything in the snapshot: replicas and restarts agree on it.
	Version string

	types  []string // in the order in which an Envoy should get them
	byType map[string]map[string]*discoveryv3.Resource
}

// NewSnapshot packs resources. Their order gives the order of the types on the wire.
// Two resources of one type and name are an error.
func NewSnapshot(resources []proto.Message) (*Snapshot, error) {
	s := &Snapshot{byType: map[string]map[string]*discoveryv3.Resource{}}
	for _, r := range resources {
		packed := &anypb.Any{}
		if err := anypb.MarshalFrom(packed, r, proto.MarshalOptions{Deterministic: true}); err != nil {
			return nil, fmt.Errorf("marshal %s: %w", cachev3.GetResourceName(r), err)
		}
		name := cachev3.GetResourceName(r)
		if s.byType[packed.TypeUrl] == nil {
			s.byType[packed.TypeUrl] = map[string]*discoveryv3.Resource{}
			s.types = append(s.types, packed.TypeUrl)
		}
		if s.byType[packed.TypeUrl][name] != nil {
			return nil, fmt.Errorf("two resources %s of type %s", name, packed.TypeUrl)
		}
		sum := sha256.Sum256(packed.Value)
		s.byType[packed.TypeUrl][name] = &discoveryv3.Resource{
			Name: name, Version: shortHash(sum[:]), Resource: packed,
		}
	}
	all := map[string]string{}
	for _, t := range s.types {
		all[t] = hashVersions(s.versions(t, nil))
	}
	s.Version = hashVersions(all)
	return s, nil
}

// Types returns the type URLs in the snapshot, in sending order.
func (s *Snapshot) Types() []string { return s.types }

// Changed returns the type URLs whose resources differ between s and old, in sending order;
// old may be nil.
func (s *Snapshot) Changed(old *Snapshot) []string {
	var changed []string
	for _, t := range s.types {
		if old == nil || !maps.Equal(s.versions(t, nil), old.versions(t, nil)) {
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

// versions returns the version of each resource of a type, by name; where names is not
// nil, of those in it that exist.
func (s *Snapshot) versions(typeURL string, names map[string]struct{}) map[string]string {
	out := map[string]string{}
	for name, r := range s.byType[typeURL] {
		if _, ok := names[name]; ok || names == nil {
			out[name] = r.GetVersion()
		}
	}
	return out
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
