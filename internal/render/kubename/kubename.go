// Package kubename knows what Kubernetes takes for a name, a namespace and a label.
package kubename

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var (
	dnsLabel     = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	labelName    = regexp.MustCompile(`^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`)
	dnsSubdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	notInLabel   = regexp.MustCompile(`[^a-z0-9]+`)
)

// From returns the name nearest to s that every kind of object may have.
func From(s string) string {
	s = notInLabel.ReplaceAllString(strings.ToLower(s), "-")
	s = strings.Trim(s[:min(len(s), 63)], "-")
	if s == "" {
		return "livefilter"
	}
	return s
}

// Check returns an error unless s can be the name of any kind of object, or of a namespace.
func Check(s string) error {
	if !dnsLabel.MatchString(s) {
		return errors.New("must have 1 to 63 characters a-z, 0-9 and '-', with a letter or digit at both ends")
	}
	return nil
}

// Label is one label of a pod.
type Label struct{ Key, Value string }

// ParseLabel reads KEY=VALUE.
func ParseLabel(s string) (Label, error) {
	key, value, ok := strings.Cut(s, "=")
	if !ok {
		return Label{}, errors.New("must be KEY=VALUE, such as app=my-client")
	}
	prefix, name, prefixed := strings.Cut(key, "/")
	if !prefixed {
		prefix, name = "", key
	}
	switch {
	case prefixed && (len(prefix) > 253 || !dnsSubdomain.MatchString(prefix)):
		return Label{}, fmt.Errorf("the key's prefix %q is no DNS name", prefix)
	case !labelName.MatchString(name):
		return Label{}, fmt.Errorf("a key cannot be %q", name)
	case value != "" && !labelName.MatchString(value):
		return Label{}, fmt.Errorf("a value cannot be %q", value)
	}
	return Label{key, value}, nil
}

// String returns KEY=VALUE.
func (l Label) String() string { return l.Key + "=" + l.Value }
