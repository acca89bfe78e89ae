package config

import (
	"math"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

const (
	// maxMatches bounds the entries of a list: Envoy tries one after the other.
	maxMatches = 64
	// maxMatchHeaders bounds the headers that must hold together.
	maxMatchHeaders = 16
)

// match reads what says for which requests a filter is.
func (v value) match() *Match {
	var m Match
	return v.matching(&m, "a mapping (path, host, methods, headers, percent)",
		"needs path, host, methods, headers or percent; a filter without match is for all requests",
		optional("methods", func(v value) { m.Methods = v.texts(value.matchMethod) }),
		optional("headers", func(v value) { m.Headers = v.matchHeaders() }),
		optional("percent", func(v value) { m.Percent = v.percent() }),
	)
}

// upstreamMatch reads what says which requests go to an upstream.
func (v value) upstreamMatch() *Match {
	return v.matching(&Match{}, "a mapping (path, host)",
		"needs path or host; an upstream without match takes what no other one does")
}

// matching reads path, host and more into m, of which one is needed.
func (v value) matching(m *Match, what, needs string, more ...field) *Match {
	if !v.is(yaml.MappingNode, what) {
		return nil
	}
	v.fields(append([]field{
		optional("path", func(v value) { m.Paths = v.texts(value.matchPath) }),
		optional("host", func(v value) { m.Hosts = v.texts(value.matchHost) }),
	}, more...)...)
	v.notEmpty(needs)
	return m
}

// ofEachTry reports what cannot hold for every try of a request alike: the second one has
// the headers that the filter wrote into the first.
func (v value) ofEachTry(f Filter) {
	for _, h := range f.Headers {
		for _, m := range f.Match.Headers {
			if h.Name == m.Name || slices.Contains(h.Names, m.Name) {
				v.field("headers").errorf("%s is what the filter replaces: with retry the next try would not match", quote(m.Name))
			}
		}
		if h.Name == ":authority" {
			v.errorf("a filter with retry that replaces Host is for all requests: the others would not get the upstream's name")
		}
	}
}

func (v value) notEmpty(message string) {
	if v.node.Kind == yaml.MappingNode && len(v.node.Content) == 0 {
		v.errorf("%s", message)
	}
}

// texts reads one text or a list of them; none may be there twice. It repeats none: a header's may
// be a secret.
func (v value) texts(read func(value) string) (all []string) {
	given := unique{}
	one := func(v value) {
		s := read(v)
		if s == "" { // read has said why
			return
		}
		if before := given.first(s, v); before != "" {
			v.errorf("is the same as %s", before)
			return
		}
		all = append(all, s)
	}
	switch v.node.Kind {
	case yaml.SequenceNode:
		v.list(1, maxMatches, one)
	case yaml.MappingNode:
		v.errorf("must be text or a list of texts, not a mapping")
	default:
		one(v)
	}
	return all
}

// matchPath reads "/exact" or "/prefix*".
func (v value) matchPath() string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	switch star := strings.IndexByte(s, '*'); {
	case !strings.HasPrefix(s, "/"):
		v.errorf("must begin with /, as a path does")
	case star >= 0 && star < len(s)-1:
		v.errorf("* may stand at the end alone, as in /api/*; elsewhere write %%2A for the character")
	case strings.ContainsAny(s, "?#"):
		v.errorf("must be a path without ? and #; the query string is not looked at")
	case len(s) > 1024:
		v.errorf("must have at most 1024 characters")
	default:
		for _, r := range s {
			if r <= ' ' || r > '~' {
				v.errorf("must have %s as requests have it, %%-encoded", character(r))
				return ""
			}
		}
		return s
	}
	return ""
}

// matchHost reads a host name, an IP address, or "*." and a name. It returns it in lower case.
func (v value) matchHost() string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	name, below := strings.CutPrefix(s, "*.")
	addr, err := netip.ParseAddr(name)
	wrong := ""
	switch {
	case err == nil && !below:
		v.checkIP(addr)
		return addr.String()
	case strings.Contains(s, "://"):
		wrong = "must be a host name without a scheme"
	case withPort.MatchString(s):
		wrong = "must be a host name without a port: it holds for requests to any"
	case strings.Contains(name, "*"):
		wrong = "* may stand in front alone, as in *.example.com"
	case err == nil:
		wrong = "an IP address has no names below it"
	default:
		wrong = notAHost(name)
	}
	if wrong != "" {
		v.errorf("%s", wrong)
		return ""
	}
	return strings.ToLower(s)
}

var method = regexp.MustCompile(`^[A-Z][A-Z-]{0,31}$`)

// methods are those of RFC 9110 and 5789.
var methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}

// matchMethod reads a method. Which ones there are is open: Envoy refuses those that it does
// not know before a filter sees them.
func (v value) matchMethod() string {
	s, ok := v.text()
	switch {
	case !ok:
		return ""
	case method.MatchString(s):
		return s
	case slices.Contains(methods, strings.ToUpper(s)):
		v.errorf("methods are in upper case: %s", strings.ToUpper(s))
	default:
		v.errorf("must be a method such as GET or POST, in upper case%s", not(s, methods...))
	}
	return ""
}

// percent reads a share of all requests.
func (v value) percent() float64 {
	const what = "a number from 0.01 to 100"
	if !v.is(yaml.ScalarNode, what) {
		return 0
	}
	s := v.node.Value
	n, err := strconv.ParseFloat(s, 64)
	switch {
	case err == nil && v.node.Tag == "!!str":
		v.errorf("must be %s, without quotes", what)
	case err != nil || v.node.Tag != "!!int" && v.node.Tag != "!!float":
		v.errorf("must be %s", what)
	case n == 0:
		v.errorf("must be %s; take the filter out to have it for no request", what)
	case !(n >= 0.01 && n <= 100):
		v.errorf("must be %s", what)
	case math.Abs(n*100-math.Round(n*100)) > 1e-6:
		v.errorf("must have at most two digits after the point")
	}
	return n
}
