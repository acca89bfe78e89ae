package typed

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"

	"go.yaml.in/yaml/v4"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// namesCluster are the fields that hold the name of a cluster: all that there are in HTTP
// filters of Envoy 1.40 and in what they have in common.
var namesCluster = []protoreflect.Name{"cluster", "cluster_name", "upstream_cluster", "override_upstream_cluster"}

// code is what err, of regexp, says without the part of the expression that it is about.
func code(err error) string {
	var e *syntax.Error
	if !errors.As(err, &e) {
		return ""
	}
	return ": " + e.Code.String()
}

// noted looks at a field of which more is known than its kind.
func (r *reader) noted(fd protoreflect.FieldDescriptor, n *yaml.Node, path string) {
	switch {
	case fd.FullName() == "envoy.config.core.v3.ConfigSource.ads":
		r.errorf(n, path, "asks the server for something that it has not got; path_config_source has a file on Envoy's machine")
	case n.Kind != yaml.ScalarNode || n.Value == "":
	case fd.Kind() == protoreflect.StringKind && slices.Contains(namesCluster, fd.Name()):
		r.clusters = append(r.clusters, Cluster{n.Value, n, path})
	case fd.FullName() == "envoy.type.matcher.v3.RegexMatcher.regex":
		if _, err := regexp.Compile(n.Value); err != nil { // RE2, as in Envoy
			r.errorf(n, path, "is no regular expression%s", code(err))
		}
	}
}
