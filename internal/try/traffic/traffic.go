// Package traffic reads what a client sends and what an upstream answers, as a command line has them.
package traffic

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
	"github.com/livefilter/livefilter/internal/try"
)

// Spec has the flags of `xds-server try` that are about messages; errors name the flag.
type Spec struct {
	Method, Path, Body string   // Method "" is GET, or POST with a body
	Headers            []string // "NAME: VALUE", as curl takes them
	Status             int
	StatusIf           []string // "HEADER=VALUE:STATUS"; the first that fits
	ResponseHeaders    []string // as Headers
	ResponseBody       string
}

// Messages returns the request as it comes to the first filter, and the upstream.
func (s Spec) Messages() (proxywasm.Message, try.Upstream, error) {
	request, err := s.request()
	if err != nil {
		return proxywasm.Message{}, nil, err
	}
	if s.Status < 200 || s.Status > 599 {
		return proxywasm.Message{}, nil, fmt.Errorf("--status %d: must be a number from 200 to 599", s.Status)
	}
	var rules []statusRule
	for _, text := range s.StatusIf {
		r, err := parseStatusRule(text)
		if err != nil {
			return proxywasm.Message{}, nil, err
		}
		rules = append(rules, r)
	}
	more, err := parse("--response-header", s.ResponseHeaders)
	if err != nil {
		return proxywasm.Message{}, nil, err
	}
	return request, func(request proxywasm.Message) proxywasm.Message {
		status := s.Status
		for _, r := range rules {
			if v, there := request.Headers.Get(r.header); there && v == r.value {
				status = r.status
				break
			}
		}
		l := headers.List{{Name: ":status", Value: strconv.Itoa(status)}}
		return proxywasm.Message{Headers: withLength(append(l, more...), s.ResponseBody), Body: []byte(s.ResponseBody)}
	}, nil
}

// request has what Envoy's HTTP connection manager puts there before any filter.
func (s Spec) request() (proxywasm.Message, error) {
	method := s.Method
	switch {
	case method == "" && s.Body == "":
		method = "GET"
	case method == "":
		method = "POST"
	}
	switch {
	case !isToken(method):
		return proxywasm.Message{}, fmt.Errorf("--method %q: is no method", method)
	case !strings.HasPrefix(s.Path, "/") || strings.ContainsFunc(s.Path, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return proxywasm.Message{}, fmt.Errorf("--path %q: must begin with / and have no spaces", s.Path)
	}
	given, err := parse("-H", s.Headers)
	if err != nil {
		return proxywasm.Message{}, err
	}
	authority := "localhost"
	if v, there := given.Get("host"); there {
		authority = v
		given.Remove("host")
	}
	l := headers.List{
		{Name: ":authority", Value: authority}, {Name: ":path", Value: s.Path},
		{Name: ":method", Value: method}, {Name: ":scheme", Value: "http"},
	}
	l = append(l, given...)
	return proxywasm.Message{Headers: withLength(l, s.Body), Body: []byte(s.Body)}, nil
}

func withLength(l headers.List, body string) headers.List {
	if body != "" {
		l.Set("content-length", strconv.Itoa(len(body)))
	}
	return l
}

// parse reads headers as curl takes them.
func parse(flag string, texts []string) (l headers.List, err error) {
	for _, text := range texts {
		name, value, found := strings.Cut(text, ":")
		value = strings.Trim(value, " \t")
		switch {
		case !found:
			err = errors.New("must be NAME: VALUE")
		case !isToken(name):
			err = fmt.Errorf("%q is no name of a header", name)
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			err = errors.New("the value has a character that a header cannot carry")
		}
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", flag, text, err)
		}
		l.Add(name, value)
	}
	return l, nil
}

// isToken says whether s can name a method or a header (RFC 9110, section 5.6.2).
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r|0x20 < 'a' || r|0x20 > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}

// statusRule is the status of responses to requests that have a header with the value.
type statusRule struct {
	header, value string
	status        int
}

// parseStatusRule reads HEADER=VALUE:STATUS, which ua-echo takes too. The value may hold
// both separators.
func parseStatusRule(text string) (statusRule, error) {
	header, rest, found := strings.Cut(text, "=")
	colon := strings.LastIndexByte(rest, ':')
	if !found || colon < 0 || !isToken(header) {
		return statusRule{}, fmt.Errorf("--status-if %q: must be HEADER=VALUE:STATUS", text)
	}
	status, err := strconv.Atoi(rest[colon+1:])
	if err != nil || status < 200 || status > 599 {
		return statusRule{}, fmt.Errorf("--status-if %q: the status must be a number from 200 to 599", text)
	}
	return statusRule{header, rest[:colon], status}, nil
}
