package plan

import (
	"encoding/json"
	"fmt"

	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// Resources are the resources of one config, fit to be shown: in the place of each content
// that is long or may be secret (modules, certificates, the values of headers, a module's
// own configuration) stands a digest and its size. Equal Resources come from equal
// configs.
type Resources struct {
	// Version is that of the snapshot.
	Version string `json:"version"`
	// ByType holds the resources of each type URL, as Envoy's config dump would show them.
	ByType map[string][]json.RawMessage `json:"resources"`
}

// Describe returns what there is to show of resources. Digests are HMAC-SHA256 with key: who does
// not know it cannot check a guess of a content by them. Without a key they are SHA-256: for what is
// compared, and not shown.
func Describe(version string, resources []proto.Message, key []byte) (Resources, error) {
	r := Resources{Version: version, ByType: map[string][]json.RawMessage{}}
	for _, m := range resources {
		m, err := hider{key}.copied(m)
		if err != nil {
			return Resources{}, err
		}
		packed, err := anypb.New(m)
		if err != nil {
			return Resources{}, err
		}
		text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(packed)
		if err != nil {
			return Resources{}, err
		}
		r.ByType[packed.GetTypeUrl()] = append(r.ByType[packed.GetTypeUrl()], text)
	}
	return r, nil
}

// copied is a copy of m with what is to be hidden in it hidden.
func (h hider) copied(m proto.Message) (proto.Message, error) {
	m = proto.Clone(m)
	if err := h.hide(m.ProtoReflect()); err != nil {
		return nil, fmt.Errorf("%s: %w", cachev3.GetResourceName(m), err)
	}
	return m, nil
}

// set holds resources by type URL.
type set map[string]group

// group holds the resources of one type.
type group struct {
	names  []string // in the order of the config
	byName map[string]proto.Message
}

func (s set) add(typeURL string, m proto.Message) {
	g := s[typeURL]
	if g.byName == nil {
		g.byName = map[string]proto.Message{}
	}
	name := cachev3.GetResourceName(m)
	g.names = append(g.names, name)
	g.byName[name] = m
	s[typeURL] = g
}

func (r Resources) unpack() (set, error) {
	s := set{}
	for typeURL, texts := range r.ByType {
		for _, text := range texts {
			packed := &anypb.Any{}
			// A server of another version may have fields that this one does not know.
			if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(text, packed); err != nil {
				return nil, err
			}
			m, err := packed.UnmarshalNew()
			if err != nil {
				return nil, err
			}
			s.add(typeURL, m)
		}
	}
	return s, nil
}
