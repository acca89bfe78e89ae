package snapshot

import (
	"slices"
	"strings"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"

	"github.com/livefilter/livefilter/internal/config"
)

// Envoy compares a path as the client spelled it, and upstreams decode, resolve and fold it first: a filter that guards /admin/*
// would be passed by /x/../admin/, //admin/, /%61dmin/. So in a config that names paths, requests for one that may be read as
// a named one and is not spelled so are answered with 400 by routes before all others. These change no request and, by RDS,
// drain nothing, as the HTTP connection manager's normalize_path would; and what names no such path, as /a%2Fb and //x, passes.
//
// Expressions of a route may have 100 instructions of RE2 (re2.max_program_size.error_level), and . is no byte that is not
// UTF-8, which \C is.
const (
	// dotSegments are . and .. between slashes, encoded or not, with or without a servlet's parameters. Some decode twice: %252e.
	dotSegments = `(?i)\C*` + anySlash + `(?:\.|%(?:25)*2e){1,2}(?:(?:` + anySlash + `|;)\C*)?`
	anySlash    = `(?:[/\\]|%(?:25)*(?:2f|5c))`
	// needless is what no client has to encode, letters, digits, - . and _, what some take for a slash, and NUL, where text ends for some.
	needless = `(?i)\C*(?:\\|%(?:25)*(?:5[cf]|[46][1-9a-f]|[57][0-9a]|3[0-9]|2[de]|00))\C*`
	// tilde is for configs that name one: clients of old encode it.
	tilde = `(?i)\C*%(?:25)*7e\C*`
)

// misspelled are routes that answer 400, none where the config names no path. Which host a request is for does not matter: a
// filter may have written another one.
func misspelled(c *config.Config) (all []*routev3.Route) {
	named := namedPaths(c)
	if len(named) == 0 {
		return nil
	}
	all = append(all, refusing(dotSegments), refusing(needless))
	if strings.Contains(strings.Join(named, ""), "~") {
		all = append(all, refusing(tilde))
	}
	for _, path := range named {
		text := strings.TrimSuffix(path, "*")
		but := not(path)
		// Where the config names both of two spellings, each is what it says.
		for _, other := range named {
			o := strings.TrimSuffix(other, "*")
			if o != text && (strings.HasPrefix(o, "//") || len(o) >= len(text) && strings.EqualFold(o[:len(text)], text)) {
				but = append(but, not(other)...)
			}
		}
		expression, whole := otherSpellings(path)
		if !whole {
			if segments(path) >= len(text) {
				all = append(all, refusing(`\C*`, append(but, pathBegins(text, true))...))
			}
			but = append(but, matches(":path", &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_SafeRegex{
				SafeRegex: &matcherv3.RegexMatcher{Regex: `(?i)\C*(?:;|//|%(?:25)*2)\C*`},
			}}))
		}
		all = append(all, refusing(expression, but...))
	}
	return all
}

// namedPaths are those of match, each once. What /* and / name is all, or has no other spelling.
func namedPaths(c *config.Config) (all []string) {
	add := func(m *config.Match) {
		if m == nil {
			return
		}
		for _, path := range m.Paths {
			if strings.Trim(path, "/*") != "" && !slices.Contains(all, path) {
				all = append(all, path)
			}
		}
	}
	for _, f := range c.Filters {
		add(f.Match)
	}
	for _, u := range c.Upstreams {
		add(u.Match)
	}
	return all
}

// refusing answers requests for paths of the expression.
func refusing(expression string, only ...*routev3.HeaderMatcher) *routev3.Route {
	return &routev3.Route{
		Match: &routev3.RouteMatch{
			PathSpecifier: &routev3.RouteMatch_SafeRegex{SafeRegex: &matcherv3.RegexMatcher{Regex: expression}}, Headers: only,
		},
		Action: &routev3.Route_DirectResponse{DirectResponse: &routev3.DirectResponseAction{Status: 400}},
	}
}

// not is for requests whose path is not spelled as the pattern is.
func not(pattern string) []*routev3.HeaderMatcher {
	prefix, whole := strings.CutSuffix(pattern, "*")
	if !whole {
		same, query := exactly(":path", pattern), pathBegins(pattern+"?", false)
		same.InvertMatch, query.InvertMatch = true, true
		return []*routev3.HeaderMatcher{same, query}
	}
	same := pathBegins(prefix, false)
	same.InvertMatch = true
	return []*routev3.HeaderMatcher{same}
}

// pathBegins is for requests whose path begins so.
func pathBegins(text string, ignoreCase bool) *routev3.HeaderMatcher {
	return matches(":path", &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Prefix{Prefix: text}, IgnoreCase: ignoreCase})
}
