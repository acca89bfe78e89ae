package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/sparing"
)

// maxShown bounds the names and the rules that an error lists, maxNames those of a certificate that
// are looked at.
const maxShown, maxNames = 4, 100

// Admit says whether an Envoy that shows a certificate with these names may be a node of this id
// and cluster; an id of "" asks only whether any rule is for the certificate. Without rules
// everybody may be anything. The error is fit for the Envoy: it says what its own certificate
// may be, and nothing of others.
func (c *Config) Admit(names []string, id, cluster string) error {
	if len(c.Clients) == 0 {
		return nil
	}
	if len(names) == 0 {
		return errors.New("clients goes by the DNS names and URIs of certificates, of which this one has none; its common name is not looked at")
	}
	var allowed []string
	for _, rule := range c.Clients {
		for _, name := range names[:min(len(names), maxNames)] {
			for _, pattern := range rule.Names {
				what, ok := named(pattern, name)
				if !ok {
					continue
				}
				if id == "" || one(rule.Nodes, what, id) && one(rule.Clusters, what, cluster) {
					return nil
				}
				if words := may(filled(rule.Nodes, what), filled(rule.Clusters, what)); !slices.Contains(allowed, words) {
					allowed = append(allowed, words)
				}
			}
		}
	}
	if len(allowed) == 0 {
		return fmt.Errorf("no name of clients fits the certificate of %s", few(names, ", "))
	}
	return fmt.Errorf("by clients the certificate of %s may be %s, not node %s of cluster %s",
		few(names, ", "), few(allowed, ", or "), shown(id), shown(cluster))
}

// OnPlaintext refuses rules on a port where nobody shows a certificate.
func (c *Config) OnPlaintext() error {
	if len(c.Clients) == 0 {
		return nil
	}
	const path = "clients"
	return Errors{{Position: c.Position(path), Path: path, Message: "needs the names of certificates, and the port that Envoys connect to " +
		"is plaintext: start the server with --tls-cert, --tls-key and --tls-client-ca, or leave clients out"}}
}

// named says whether a certificate's name fits pattern, and what its * stands for. That is
// anything where the pattern is * alone. In front of a DNS name (*.example.com) it is one or more
// labels, at the end of a URI (spiffe://example.org/ns/*) one or more parts of the path; elsewhere
// it is text within one of these.
func named(pattern, name string) (what string, ok bool) {
	before, after, star := strings.Cut(pattern, "*")
	if !star {
		return "", pattern == name
	}
	what, ok = between(name, before, after)
	switch {
	case !ok:
		return "", false
	case pattern == "*":
		return what, true
	case strings.Contains(pattern, ":"):
		return what, parts(what, "/", after == "" && strings.HasSuffix(before, "/"))
	case strings.ContainsAny(what, ":/"):
		return "", false // a URI
	}
	return what, parts(what, ".", before == "" && strings.HasPrefix(after, "."))
}

// parts says whether what a * stands for is one part of a name, or where many may be, several, none
// of which a SPIFFE ID could not have.
func parts(what, separator string, many bool) bool {
	all := strings.Split(what, separator)
	odd := func(part string) bool {
		return part == "" || part == "." || part == ".." || strings.ContainsAny(part, "?#")
	}
	return !slices.ContainsFunc(all, odd) && (many || len(all) == 1)
}

// one says whether text is one of those that there may be, where what is put in the place of {*}.
func one(texts []string, what, text string) bool {
	return len(texts) == 0 || slices.ContainsFunc(texts, func(pattern string) bool {
		const mark = "\x00"
		before, after, star := strings.Cut(strings.ReplaceAll(pattern, stood, mark), "*")
		before, after = strings.ReplaceAll(before, mark, what), strings.ReplaceAll(after, mark, what)
		if !star {
			return text == before
		}
		_, ok := between(text, before, after)
		return ok
	})
}

// between is what text has between two others, a character at least.
func between(text, before, after string) (what string, ok bool) {
	if len(text) <= len(before)+len(after) || !strings.HasPrefix(text, before) || !strings.HasSuffix(text, after) {
		return "", false
	}
	return text[len(before) : len(text)-len(after)], true
}

func filled(texts []string, what string) (all []string) {
	for _, s := range texts {
		all = append(all, shown(strings.ReplaceAll(s, stood, what)))
	}
	return all
}

// few lists the first of the texts.
func few(texts []string, between string) string {
	var all []string
	for _, s := range texts[:min(len(texts), maxShown)] {
		all = append(all, cut(s))
	}
	words := strings.Join(all, between)
	if more := len(texts) - maxShown; more > 0 {
		words += fmt.Sprintf(" and %d more", more)
	}
	return words
}

// shown is what somebody else wrote, fit to be read.
func shown(s string) string { return fmt.Sprintf("%q", cut(s)) }

func cut(s string) string { return sparing.Cut(s, 200) }
