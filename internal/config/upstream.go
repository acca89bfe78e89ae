package config

import (
	"net/netip"
	"regexp"
	"strings"
	"time"
)

// defaultConnectTimeout and defaultIdle are Envoy's own.
const defaultConnectTimeout, defaultIdle = 5 * time.Second, time.Hour

func (v value) upstream(names unique) Upstream {
	u := Upstream{ConnectTimeout: defaultConnectTimeout, Idle: defaultIdle}
	v.fields(
		required("name", func(v value) { u.Name = v.upstreamName(names) }),
		required("host", func(v value) { u.Host = v.host() }),
		required("port", func(v value) { u.Port = v.number(65535) }),
		optional("match", func(v value) { u.Match = v.upstreamMatch() }),
		optional("tls", func(v value) { u.TLS = v.tls(u.Host) }),
		optional("http", func(v value) { u.HTTP = v.number(2) }),
		optional("connect_timeout", func(v value) { u.ConnectTimeout = v.duration() }),
		optional("timeout", func(v value) { u.Timeout = v.duration() }),
		optional("idle", func(v value) { u.Idle = v.duration() }),
	)
	if u.HTTP == 0 && u.TLS == nil {
		u.HTTP = 1
	}
	return u
}

// OwnTimeouts says whether u has timeouts other than those that it has by default.
func OwnTimeouts(u Upstream) bool {
	return u.ConnectTimeout != defaultConnectTimeout || u.Timeout != 0 || u.Idle != defaultIdle
}

// bootstrapCluster is the static cluster in the bootstrap that livefilter prints. Envoy ignores a
// cluster of that name from its server, and would send the upstream's requests there.
const bootstrapCluster = "xds"

func (v value) upstreamName(names unique) string {
	name := v.name(names)
	if name == bootstrapCluster {
		v.errorf("%s is what Envoy's bootstrap calls this server; the upstream needs another name", quote(name))
	}
	return name
}

// host returns a DNS name or an IP address.
func (v value) host() string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	if addr, err := netip.ParseAddr(s); err == nil {
		v.checkIP(addr)
		return addr.String()
	}
	if wrong := notAHost(s); wrong != "" {
		v.errorf("%s", wrong)
	}
	return strings.ToLower(s)
}

// label is a part of a DNS name. Host names have no underscore, but Docker and
// Kubernetes give out names that do.
var label = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$`)

var (
	brackets = regexp.MustCompile(`^\[.*\]$`)
	withPort = regexp.MustCompile(`^[^:]*:[0-9]+$|^\[.*\]:[0-9]+$`)
	digits   = regexp.MustCompile(`^[0-9]+$`)
)

// notAHost says why s is no DNS name, or returns "".
func notAHost(s string) string {
	labels := strings.Split(s, ".")
	switch {
	case s == "":
		return "must not be empty"
	case strings.Contains(s, "://"):
		return "must be a host name without a scheme; whether TLS is used is told by the field tls"
	case strings.ContainsAny(s, "/?#"):
		return "must be a host name without a path"
	case strings.Contains(s, "@"):
		return "must be a host name without a user"
	case withPort.MatchString(s):
		return "must be a host name alone; the port is a field of its own"
	case brackets.MatchString(s):
		return "must be an IP address without brackets"
	case strings.Contains(s, "*"):
		return "must be one host name, without a wildcard"
	case strings.HasSuffix(s, "."):
		return "must be written without the dot at the end"
	case len(s) > 253:
		return "must have at most 253 characters"
	case digits.MatchString(labels[len(labels)-1]):
		return "must be a host name or an IP address; this looks like an address but is none"
	}
	for _, l := range labels {
		for _, r := range l {
			switch {
			case unseenName(r) != "":
				return "must be a host name, which cannot contain " + character(r)
			case r > 0x7f:
				return "must be in ASCII; write international names in their xn-- form"
			case !letterOrDigit(r) && r != '-' && r != '_':
				return "must be a host name, which cannot contain " + character(r)
			}
		}
		if !label.MatchString(l) {
			return "must be a host name: parts of 1 to 63 characters between the dots, without - at either end"
		}
	}
	return ""
}
