package plan

import (
	"maps"
	"regexp"
	"slices"
)

// Answer is what a server says of resources that somebody plans.
type Answer struct {
	Served  string   `json:"served"` // the version that it serves
	Hosts   []string `json:"hosts"`  // of the upstreams that it serves
	Changes []Change `json:"changes"`
}

// digests may stand in the place of a key of a mapping. Who asks must not have those of what is served.
var digests = regexp.MustCompile(`sha256:[0-9a-f]{64}`)

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
	hideDigests(a.Changes)
	return a, err
}

func hideDigests(changes []Change) {
	for _, c := range changes {
		for i, detail := range c.Details {
			c.Details[i] = digests.ReplaceAllString(detail, "…")
		}
	}
}
