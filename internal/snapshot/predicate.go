package snapshot

import (
	"hash/fnv"
	"strings"

	xdscorev3 "github.com/cncf/xds/go/xds/core/v3"
	xdsmatcherv3 "github.com/cncf/xds/go/xds/type/matcher/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	networkv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/matching/common_inputs/network/v3"
	fractionv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/matching/input_matchers/runtime_fraction/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
)

type (
	predicateOf = xdsmatcherv3.Matcher_MatcherList_Predicate
	textMatcher = xdsmatcherv3.StringMatcher
	input       = xdscorev3.TypedExtensionConfig
)

// predicate is for the requests that f is for, of which it may get a share.
func predicate(f config.Filter) (*predicateOf, error) {
	p := predicates{f: f}
	all := p.fields()
	if p.err != nil {
		return nil, p.err
	}
	if len(all) == 0 { // a share of all
		all = append(all, p.like(p.header(":path"), anything()))
	}
	return allOf(all), p.err
}

// predicates keeps the first error of many packings.
type predicates struct {
	f   config.Filter
	err error
}

func (p *predicates) fields() (all []*predicateOf) {
	m := p.f.Match
	if len(m.Paths) > 0 {
		all = append(all, p.anyOf(p.header(":path"), paths(m.Paths)))
	}
	if len(m.Methods) > 0 {
		all = append(all, p.anyOf(p.header(":method"), words(m.Methods)))
	}
	for _, h := range m.Headers {
		all = append(all, p.anyOf(p.header(h.Name), words(h.Values)))
	}
	if len(m.Hosts) > 0 {
		all = append(all, p.host())
	}
	if m.Percent > 0 && !drawnHere(p.f) {
		all = append(all, p.drawn())
	}
	return all
}

// host is that of the client. In the upstream's chain a request has the upstream's already:
// there it is the one that the route has kept.
func (p *predicates) host() *predicateOf {
	hosts := hosts(p.f.Match.Hosts)
	if inListener(p.f) {
		return p.anyOf(p.header(":authority"), hosts)
	}
	return p.unlessMissing(keptHost, func(kept *input) *predicateOf { return p.anyOf(kept, hosts) })
}

// drawn is for a share of the requests by what the route drew for each, so that all tries of one have
// the same lot. Filters differ in their seeds: that one takes a request says nothing about another.
func (p *predicates) drawn() *predicateOf {
	seed := fnv.New32a()
	_, _ = seed.Write([]byte(p.f.Name))
	packed := p.pack("envoy.matching.matchers.runtime_fraction", &fractionv3.RuntimeFraction{
		RuntimeFraction: &corev3.RuntimeFractionalPercent{DefaultValue: share(p.f.Match.Percent)},
		Seed:            uint64(seed.Sum32()),
	})
	return p.unlessMissing(keptLot, func(kept *input) *predicateOf {
		return single(&xdsmatcherv3.Matcher_MatcherList_Predicate_SinglePredicate{
			Input:   kept,
			Matcher: &xdsmatcherv3.Matcher_MatcherList_Predicate_SinglePredicate_CustomMatch{CustomMatch: packed},
		})
	})
}

// unlessMissing holds while the route does not keep what is to be looked at: for a moment when
// match comes to a filter or goes. Then the filter is for all, as before or after that.
func (p *predicates) unlessMissing(key string, look func(*input) *predicateOf) *predicateOf {
	kept := p.state(key)
	missing := &predicateOf{MatchType: &xdsmatcherv3.Matcher_MatcherList_Predicate_NotMatcher{NotMatcher: p.like(kept, anything())}}
	return oneOf([]*predicateOf{look(kept), missing})
}

func (p *predicates) header(name string) *input {
	return p.pack("envoy.matching.inputs.request_headers", &matcherv3.HttpRequestHeaderMatchInput{HeaderName: name})
}

func (p *predicates) state(key string) *input {
	return p.pack("envoy.matching.inputs.filter_state", &networkv3.FilterStateInput{Key: key})
}

func (p *predicates) pack(name string, m proto.Message) *input {
	packed, err := pack(m)
	if err != nil && p.err == nil {
		p.err = err
	}
	return &input{Name: name, TypedConfig: packed}
}

func (p *predicates) anyOf(in *input, texts []*textMatcher) *predicateOf {
	all := make([]*predicateOf, len(texts))
	for i, t := range texts {
		all[i] = p.like(in, t)
	}
	return oneOf(all)
}

func (p *predicates) like(in *input, text *textMatcher) *predicateOf {
	return single(&xdsmatcherv3.Matcher_MatcherList_Predicate_SinglePredicate{
		Input:   in,
		Matcher: &xdsmatcherv3.Matcher_MatcherList_Predicate_SinglePredicate_ValueMatch{ValueMatch: text},
	})
}

func single(s *xdsmatcherv3.Matcher_MatcherList_Predicate_SinglePredicate) *predicateOf {
	return &predicateOf{MatchType: &xdsmatcherv3.Matcher_MatcherList_Predicate_SinglePredicate_{SinglePredicate: s}}
}

// oneOf and allOf are the predicate itself where there is one: Envoy wants two or more.
func oneOf(some []*predicateOf) *predicateOf {
	if len(some) == 1 {
		return some[0]
	}
	return &predicateOf{MatchType: &xdsmatcherv3.Matcher_MatcherList_Predicate_OrMatcher{
		OrMatcher: &xdsmatcherv3.Matcher_MatcherList_Predicate_PredicateList{Predicate: some},
	}}
}

func allOf(some []*predicateOf) *predicateOf {
	if len(some) == 1 {
		return some[0]
	}
	return &predicateOf{MatchType: &xdsmatcherv3.Matcher_MatcherList_Predicate_AndMatcher{
		AndMatcher: &xdsmatcherv3.Matcher_MatcherList_Predicate_PredicateList{Predicate: some},
	}}
}

// paths are for :path, which has the query string.
func paths(all []string) (out []*textMatcher) {
	for _, path := range all {
		if prefix, ok := strings.CutSuffix(path, "*"); ok {
			out = append(out, beginning(prefix))
		} else {
			out = append(out, exact(path), beginning(path+"?"))
		}
	}
	return out
}

// words are values as they are, beginnings with a * at the end, or any: a * alone.
func words(all []string) (out []*textMatcher) {
	for _, word := range all {
		prefix, ok := strings.CutSuffix(word, "*")
		switch {
		case !ok:
			out = append(out, exact(word))
		case prefix == "":
			out = append(out, anything())
		default:
			out = append(out, beginning(prefix))
		}
	}
	return out
}

// hosts are for :authority, which has the port where the client said one.
func hosts(all []string) (out []*textMatcher) {
	for _, host := range all {
		if suffix, ok := strings.CutPrefix(host, "*"); ok {
			out = append(out,
				ignoringCase(&textMatcher{MatchPattern: &xdsmatcherv3.StringMatcher_Suffix{Suffix: suffix}}),
				ignoringCase(&textMatcher{MatchPattern: &xdsmatcherv3.StringMatcher_Contains{Contains: suffix + ":"}}))
			continue
		}
		host = authority(host)
		out = append(out, ignoringCase(exact(host)), ignoringCase(beginning(host+":")))
	}
	return out
}

func exact(s string) *textMatcher {
	return &textMatcher{MatchPattern: &xdsmatcherv3.StringMatcher_Exact{Exact: s}}
}

func beginning(s string) *textMatcher {
	return &textMatcher{MatchPattern: &xdsmatcherv3.StringMatcher_Prefix{Prefix: s}}
}

func anything() *textMatcher { return expression(`(?s).*`) }

func expression(s string) *textMatcher {
	return &textMatcher{MatchPattern: &xdsmatcherv3.StringMatcher_SafeRegex{SafeRegex: &xdsmatcherv3.RegexMatcher{
		EngineType: &xdsmatcherv3.RegexMatcher_GoogleRe2{GoogleRe2: &xdsmatcherv3.RegexMatcher_GoogleRE2{}}, Regex: s,
	}}}
}

func ignoringCase(t *textMatcher) *textMatcher {
	t.IgnoreCase = true
	return t
}
