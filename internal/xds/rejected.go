package xds

import (
	"maps"
	"strings"
	"unicode"
)

// rejected are versions of resources that an Envoy refused, by name.
type rejected map[string]string

// with adds what a NACK with these words refuses of a response that leads from the versions
// held to those offered: the resources that the words name, since Envoy takes the others of
// the response, or all of them where the words name none.
func (r rejected) with(held, offered map[string]string, words string) rejected {
	all, named := maps.Clone(r), rejected{}
	if all == nil {
		all = rejected{}
	}
	changed := rejected{}
	for name, version := range offered {
		if held[name] != version {
			changed[name] = version
			if names(words, name) {
				named[name] = version
			}
		}
	}
	if len(named) == 0 {
		named = changed
	}
	maps.Copy(all, named)
	return all
}

// names says whether words have name, and not as the beginning of a longer one: upstream.1
// is not upstream.10.
func names(words, name string) bool {
	for {
		_, after, found := strings.Cut(words, name)
		if !found {
			return false
		}
		next := []rune(after + " ")[0]
		if !unicode.IsLetter(next) && !unicode.IsDigit(next) {
			return true
		}
		words = after
	}
}

// still is what is left where these versions are offered.
func (r rejected) still(offered map[string]string) rejected {
	left := rejected{}
	for name, version := range r {
		if offered[name] == version {
			left[name] = version
		}
	}
	return left
}

// without is what an Envoy holds that takes what is offered but for the rejected.
func (r rejected) without(held, offered map[string]string) map[string]string {
	next := maps.Clone(offered)
	for name := range r {
		delete(next, name)
		if version, ok := held[name]; ok {
			next[name] = version
		}
	}
	return next
}
