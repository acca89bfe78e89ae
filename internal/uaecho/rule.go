package uaecho

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Rule makes requests that carry a header with a value fail, as an upstream does that has blocked a client.
type Rule struct {
	Header string // the name, in any case
	Value  string // the whole value, compared byte by byte
	Status int    // 200 to 599
}

// ParseRule reads HEADER=VALUE:STATUS, for instance "user-agent=bad1:429". The value may hold both separators.
func ParseRule(s string) (Rule, error) {
	header, rest, found := strings.Cut(s, "=")
	colon := strings.LastIndexByte(rest, ':')
	if !found || header == "" || colon < 0 {
		return Rule{}, fmt.Errorf("rule %q: %w", s, errRuleForm)
	}
	status, err := parseStatus(rest[colon+1:])
	if err != nil {
		return Rule{}, fmt.Errorf("rule %q: %w", s, err)
	}
	return Rule{Header: header, Value: rest[:colon], Status: status}, nil
}

var errRuleForm = errors.New("want HEADER=VALUE:STATUS, for instance user-agent=bad1:429")

// statusOf gives the status of the first rule that fits any line of its header, else 200.
func statusOf(rules []Rule, headers http.Header) int {
	for _, rule := range rules {
		if slices.Contains(headers.Values(rule.Header), rule.Value) {
			return rule.Status
		}
	}
	return http.StatusOK
}
