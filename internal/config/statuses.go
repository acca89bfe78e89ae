package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/livefilter/livefilter/internal/spelling"
)

var status = regexp.MustCompile(`^[45](xx|[0-9][0-9])$`)

// statuses reads classes and codes of responses, in any order.
func (v value) statuses() []string {
	var on []string
	given := unique{}
	var entries []value
	v.list(1, 0, func(v value) {
		const what = "4xx, 5xx or a status from 400 to 599"
		switch s := v.node.Value; {
		case !v.is(yaml.ScalarNode, what):
		case !status.MatchString(s):
			v.errorf("must be %s", what)
		case given.first(s, v) != "":
			v.errorf("%s is in the list already", s)
		default:
			on, entries = append(on, s), append(entries, v)
		}
	})
	for i, s := range on {
		if all := s[:1] + "xx"; s != all && given[all] != "" {
			entries[i].errorf("%s is in the list already, as part of %s", s, all)
		}
	}
	slices.Sort(on)
	return on
}

// grpcNames are the statuses of gRPC that are failures, from 1 on (github.com/grpc/grpc, doc/statuscodes.md).
var grpcNames = []string{
	"CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
	"RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
	"DATA_LOSS", "UNAUTHENTICATED",
}

// grpcStatuses reads statuses of gRPC by name, in any order.
func (v value) grpcStatuses() []string {
	var names []string
	given := unique{}
	v.list(1, 0, func(v value) {
		s, ok := v.text()
		switch number, err := strconv.Atoi(s); {
		case !ok:
		case err == nil && number >= 1 && number <= len(grpcNames):
			v.errorf("must be a name: %s", grpcNames[number-1])
		case !slices.Contains(grpcNames, s):
			meant := not(s, grpcNames...)
			if meant != "" {
				meant += "; did you mean " + spelling.Nearest(s, grpcNames) + "?"
			}
			v.errorf("must be one of %s%s", strings.Join(grpcNames, ", "), meant)
		case given.first(s, v) != "":
			v.errorf("%s is in the list already", s)
		default:
			names = append(names, s)
		}
	})
	slices.Sort(names)
	return names
}
