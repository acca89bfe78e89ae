package plan

import "google.golang.org/protobuf/proto"

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
		m, err := hider{}.copied(m)
		if err != nil {
			return nil, err
		}
		s.add("type.googleapis.com/"+string(m.ProtoReflect().Descriptor().FullName()), m)
	}
	return s, nil
}
