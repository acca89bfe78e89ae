package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
	"github.com/livefilter/livefilter/internal/try"
)

// messageFlags say what a client sends and what the upstream answers.
type messageFlags struct {
	method, path, body string
	headers            []string
	status             int
	statusIf           []string
	responseHeaders    []string
	responseBody       string
}

func (f *messageFlags) add(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&f.headers, "header", "H", nil, "`header` of the request, such as 'User-Agent: curl'; repeatable")
	flags.StringVar(&f.method, "method", "", "method of the request (default GET, or POST with --body)")
	flags.StringVar(&f.path, "path", "/", "path and query of the request")
	flags.StringVar(&f.body, "body", "", "body of the request")
	flags.IntVar(&f.status, "status", 200, "status of the upstream's responses")
	flags.StringArrayVar(&f.statusIf, "status-if", nil,
		"status for requests that reach the upstream with a header's value:\n`HEADER=VALUE:STATUS`, such as user-agent=hello:429; repeatable, the first that fits")
	flags.StringArrayVar(&f.responseHeaders, "response-header", nil, "`header` of the upstream's responses, such as 'Retry-After: 5'; repeatable")
	flags.StringVar(&f.responseBody, "response-body", "", "body of the upstream's responses")
}

// messages returns the request as it comes to the first filter, and the upstream.
func (f messageFlags) messages() (proxywasm.Message, try.Upstream, error) {
	request, err := f.request()
	if err != nil {
		return proxywasm.Message{}, nil, err
	}
	if f.status < 200 || f.status > 599 {
		return proxywasm.Message{}, nil, fmt.Errorf("--status %d: must be a number from 200 to 599", f.status)
	}
	var rules []statusRule
	for _, text := range f.statusIf {
		r, err := parseStatusRule(text)
		if err != nil {
			return proxywasm.Message{}, nil, err
		}
		rules = append(rules, r)
	}
	more, err := f.parse("--response-header", f.responseHeaders)
	if err != nil {
		return proxywasm.Message{}, nil, err
	}
	return request, func(request proxywasm.Message) proxywasm.Message {
		status := f.status
		for _, r := range rules {
			if v, there := request.Headers.Get(r.header); there && v == r.value {
				status = r.status
				break
			}
		}
		l := headers.List{{Name: ":status", Value: strconv.Itoa(status)}}
		return proxywasm.Message{Headers: withLength(append(l, more...), f.responseBody), Body: []byte(f.responseBody)}
	}, nil
}

// request has what Envoy's HTTP connection manager puts there before any filter.
func (f messageFlags) request() (proxywasm.Message, error) {
	method := f.method
	switch {
	case method == "" && f.body == "":
		method = "GET"
	case method == "":
		method = "POST"
	}
	switch {
	case !isToken(method):
		return proxywasm.Message{}, fmt.Errorf("--method %q: is no method", method)
	case !strings.HasPrefix(f.path, "/") || strings.ContainsFunc(f.path, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return proxywasm.Message{}, fmt.Errorf("--path %q: must begin with / and have no spaces", f.path)
	}
	given, err := f.parse("-H", f.headers)
	if err != nil {
		return proxywasm.Message{}, err
	}
	authority := "localhost"
	if v, there := given.Get("host"); there {
		authority = v
		given.Remove("host")
	}
	l := headers.List{
		{Name: ":authority", Value: authority}, {Name: ":path", Value: f.path},
		{Name: ":method", Value: method}, {Name: ":scheme", Value: "http"},
	}
	l = append(l, given...)
	for _, h := range []headers.Header{
		{Name: "x-forwarded-proto", Value: "http"},
		{Name: "x-request-id", Value: "00000000-0000-4000-8000-000000000000"},
	} {
		if _, there := l.Get(h.Name); !there {
			l = append(l, h)
		}
	}
	return proxywasm.Message{Headers: withLength(l, f.body), Body: []byte(f.body)}, nil
}

func withLength(l headers.List, body string) headers.List {
	if body != "" {
		l.Set("content-length", strconv.Itoa(len(body)))
	}
	return l
}

// parse reads headers as curl takes them.
func (messageFlags) parse(flag string, texts []string) (l headers.List, err error) {
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
