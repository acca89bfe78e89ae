//go:build torture

package torture

import (
	"fmt"
	"slices"
)

// content is everything that is on disk.
type content struct {
	config config
	broken string   // the config file, if it says nothing valid
	keys   []string // lines of the file
	stamp  string   // of the module in the file, or what it is instead
}

// state is what the files said from one change of them to the next.
type state struct {
	content
	n    int
	what string // the change that made it
}

// valid says whether the server may serve it.
func (s *state) valid() bool {
	c := s.config
	return s.broken == "" && (c.agent == nil || len(c.agent.values) > 0 || len(s.keys) > 0) &&
		(c.module == nil || s.stamp != garbage && c.module.config != refusedConfig)
}

// refusedConfig is one that the module refuses.
const refusedConfig = "Refused"

// refusedByEnvoys says whether each Envoy refuses a part of it.
func (s *state) refusedByEnvoys() bool {
	return s.valid() && s.config.module != nil && s.stamp == refused
}

// same says whether two states mean the same.
func (s *state) same(other *state) bool {
	return s.config.yaml(0) == other.config.yaml(0) && s.broken == other.broken &&
		(s.config.agent == nil || len(s.config.agent.values) > 0 || slices.Equal(s.keys, other.keys)) &&
		(s.config.module == nil || s.stamp == other.stamp)
}

// seen is what one answer shows. Each part is a resource of its own, so an edit of several
// reaches an Envoy in pieces: they need not be of one state.
type seen struct {
	header   map[string]string // that the upstream saw, by name
	module   string            // stamp and config, one resource
	upstream string            // its host and port
}

// shows says whether a part of an answer may come from the state.
func (s *state) shows(part string, a seen) bool {
	switch part {
	case "module":
		switch {
		case s.config.module == nil, s.stamp == refused:
			return a.module == ""
		default:
			return a.module == s.stamp+" "+s.config.module.config
		}
	case "upstream":
		return slices.ContainsFunc(s.config.upstreams, func(u upstream) bool { return a.upstream == u.host+":"+u.port })
	}
	switch g := s.config.agent; {
	case g == nil || g.header != part:
		return a.header[part] == own
	case len(g.values) > 0:
		return slices.Contains(g.values, a.header[part])
	}
	return slices.Contains(s.keys, a.header[part])
}

// parts of an answer.
var parts = append([]string{"module", "upstream"}, headers...)

func (a seen) part(name string) string {
	switch name {
	case "module":
		return a.module
	case "upstream":
		return a.upstream
	}
	return a.header[name]
}

// risky says whether an upstream refuses values of the state.
func (s *state) risky() bool {
	g := s.config.agent
	return g != nil && slices.ContainsFunc(g.values, func(v string) bool { return v[:3] == "bad" })
}

func (s *state) String() string { return fmt.Sprintf("%d (%s)", s.n, s.what) }
