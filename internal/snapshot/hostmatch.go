package snapshot

import (
	"strings"

	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// hostMatches are what together is for the hosts, in their order: each has as many as one expression takes.
func hostMatches(hosts []string) (all []*matcherv3.StringMatcher) {
	var few []string
	room := hostRoom
	end := func() {
		if len(few) > 0 {
			expression := oneOfThese(few, hostExpression)
			expression.Regex = `(?i)(` + expression.Regex + `)(:[0-9]+)?`
			all = append(all, &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_SafeRegex{SafeRegex: expression}})
		}
		few, room = nil, hostRoom
	}
	for _, host := range hosts {
		cost := hostCost(host)
		if cost > room {
			end()
		}
		if cost > hostRoom {
			all = append(all, withoutExpression(host)...)
			continue
		}
		few, room = append(few, host), room-cost
	}
	end()
	return all
}

// withoutExpression is for a host that is too long for one: without a port, and with any.
func withoutExpression(host string) []*matcherv3.StringMatcher {
	bare, port := &matcherv3.StringMatcher{IgnoreCase: true}, &matcherv3.StringMatcher{IgnoreCase: true}
	if suffix, ok := strings.CutPrefix(host, "*"); ok {
		bare.MatchPattern = &matcherv3.StringMatcher_Suffix{Suffix: suffix}
		port.MatchPattern = &matcherv3.StringMatcher_Contains{Contains: suffix + ":"}
	} else {
		bare.MatchPattern = &matcherv3.StringMatcher_Exact{Exact: host}
		port.MatchPattern = &matcherv3.StringMatcher_Prefix{Prefix: host + ":"}
	}
	return []*matcherv3.StringMatcher{bare, port}
}

// hostRoom is what hosts of an expression may cost together.
const hostRoom = instructions - 20

func hostCost(host string) int {
	return len(host) + 4*strings.Count(host, "k") + 4*strings.Count(host, "s") + 8 // of Unicode's third k and s
}
