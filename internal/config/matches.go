package config

import (
	"net"
	"slices"
	"strconv"
	"strings"
)

// Matches says whether m is for a request: method, host as it stands in the Host header, path
// with or without its query string, and header, which returns the value of a header in lower
// case, several lines of it joined by commas, and whether it is there. Percent is not looked
// at: which requests get their share is chance. No match is for all requests.
func (m *Match) Matches(method, host, path string, header func(name string) (string, bool)) bool {
	if m == nil {
		return true
	}
	path, _, _ = strings.Cut(path, "?")
	if len(m.Paths) > 0 && !slices.ContainsFunc(m.Paths, func(p string) bool { return like(p, path) }) {
		return false
	}
	if len(m.Methods) > 0 && !slices.Contains(m.Methods, method) {
		return false
	}
	if len(m.Hosts) > 0 && !onHost(m.Hosts, host) {
		return false
	}
	for _, h := range m.Headers {
		value, there := header(h.Name)
		if !there || !slices.ContainsFunc(h.Values, func(v string) bool { return like(v, value) }) {
			return false
		}
	}
	return true
}

// like says whether s is pattern, or begins as one that ends in * does.
func like(pattern, s string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(s, prefix)
	}
	return s == pattern
}

func onHost(hosts []string, authority string) bool {
	name := strings.ToLower(authority)
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.Trim(name, "[]")
	return slices.ContainsFunc(hosts, func(h string) bool {
		if suffix, ok := strings.CutPrefix(h, "*"); ok {
			return strings.HasSuffix(name, suffix)
		}
		return name == h
	})
}

// covers says whether m is for each request that other is for, as far as path and host go.
func (m *Match) covers(other *Match) bool {
	all := func(mine, others []string, one func(mine, other string) bool) bool {
		return len(mine) == 0 || slices.Contains(mine, "/*") || len(others) > 0 && !slices.ContainsFunc(others, func(o string) bool {
			return !slices.ContainsFunc(mine, func(p string) bool { return one(p, o) })
		})
	}
	return all(m.Paths, other.Paths, like) &&
		all(m.Hosts, other.Hosts, func(mine, other string) bool { return onHost([]string{mine}, other) })
}

// String names the requests that m is for, but not the values of their headers: these may be secrets.
func (m *Match) String() string {
	if m == nil {
		return "all requests"
	}
	var parts []string
	part := func(what string, all []string) {
		if len(all) > 0 {
			parts = append(parts, what+" "+strings.Join(all, ", "))
		}
	}
	part("path", m.Paths)
	part("host", m.Hosts)
	part("methods", m.Methods)
	var names []string
	for _, h := range m.Headers {
		names = append(names, h.Name)
	}
	part("headers", names)
	if m.Percent > 0 {
		parts = append(parts, strconv.FormatFloat(m.Percent, 'f', -1, 64)+" %")
	}
	return strings.Join(parts, "; ")
}
