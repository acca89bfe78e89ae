package plan

import (
	"fmt"

	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"google.golang.org/protobuf/proto"
)

// Between is what Compare says of resources that this process has, with nothing of what Resources hide.
func Between(was, is []proto.Message) ([]Change, error) {
	before, err := hidden(was)
	if err != nil {
		return nil, err
	}
	after, err := hidden(is)
	if err != nil {
		return nil, err
	}
	changes, err := differences(before, after)
	hideDigests(changes)
	return changes, err
}

func hidden(resources []proto.Message) (set, error) {
	s := set{}
	for _, m := range resources {
		name, typeURL := cachev3.GetResourceName(m), "type.googleapis.com/"+string(m.ProtoReflect().Descriptor().FullName())
		m = proto.Clone(m)
		if err := (hider{}).hide(m.ProtoReflect()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		g := s[typeURL]
		if g.byName == nil {
			g.byName = map[string]proto.Message{}
		}
		g.names = append(g.names, name)
		g.byName[name] = m
		s[typeURL] = g
	}
	return s, nil
}
