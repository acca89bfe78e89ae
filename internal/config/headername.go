package config

import "strings"

// unwritable are the headers that frame a message or belong to one connection. Envoy
// derives them itself, and to change them breaks the request.
var unwritable = map[string]string{
	"content-length":    "it frames the body",
	"transfer-encoding": "it frames the body",
	"trailer":           "it frames the body",
	"connection":        "it belongs to one connection, not to the request",
	"keep-alive":        "it belongs to one connection, not to the request",
	"proxy-connection":  "it belongs to one connection, not to the request",
	"te":                "it belongs to one connection, not to the request",
	"upgrade":           "it belongs to one connection, not to the request",
}

// headerName returns the name of a header to rewrite, as ruleName does.
func (v value) headerName(given unique) string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	name := ruleName(s)
	if wrong := notAHeader(name); wrong != "" {
		v.errorf("%s cannot be rewritten: %s", header(s), wrong)
		return name
	}
	if before := given.first(name, v); before != "" {
		same := ""
		if name == ":authority" {
			same = " (Host and :authority are one header)"
		}
		v.errorf("%s is rewritten at %s already%s", quote(s), before, same)
	}
	return name
}

// header calls a header by its name, if it is one: else it may be anything, a value too.
func header(s string) string {
	if token.MatchString(strings.TrimPrefix(s, ":")) {
		return quote(s)
	}
	return "this"
}

// ruleName is the name of a header in lower case. Host is :authority, since Envoy keeps both under
// that name.
func ruleName(s string) string {
	name := strings.ToLower(s)
	if name == "host" {
		return ":authority"
	}
	return name
}

func notAHeader(name string) string {
	switch {
	case name == "":
		return "a name must not be empty"
	case len(name) > 256:
		return "a name has at most 256 characters"
	case name == ":authority":
		return ""
	case name == UpstreamHeader:
		return "balance chooses the upstream"
	case name[0] == ':':
		return ":authority is the only pseudo-header that can"
	}
	for _, r := range name {
		if !letterOrDigit(r) && !strings.ContainsRune("!#$%&'*+-.^_`|~", r) {
			return "a header's name cannot contain " + character(r)
		}
	}
	return unwritable[name]
}
