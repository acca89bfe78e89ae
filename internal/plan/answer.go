package plan

import (
	"maps"
	"slices"
)

// Answer is what a server says of resources that somebody plans.
type Answer struct {
	Served  string   `json:"served"` // the version that it serves
	Hosts   []string `json:"hosts"`  // of the upstreams that it serves
	Changes []Change `json:"changes"`
}

// Answers returns what a server that serves was says of is. Both have been described without a key.
func Answers(was, is Resources) (Answer, error) {
	hosts, err := was.Hosts()
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Served: was.Version, Hosts: slices.Sorted(maps.Keys(hosts)), Changes: []Change{}}
	if was.Version != is.Version {
		a.Changes, err = Compare(was, is)
	}
	return a, err
}
