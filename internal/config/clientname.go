package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

const (
	spiffe = "spiffe://"
	// maxURI is as long as a SPIFFE ID may be.
	maxURI = 2048
)

var (
	distinguished = regexp.MustCompile(`(?i)(^|[,/ ])(cn|o|ou|dc|l|st|c|emailaddress) *=`)
	uriScheme     = regexp.MustCompile(`^[a-z][a-z0-9+.-]*:`)
)

// clientName reads the name of a certificate: a DNS name or a URI, exact or with one *.
func (v value) clientName() string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	if wrong := notAName(s); wrong != "" {
		v.errorf("%s", wrong)
		return ""
	}
	return s
}

// notAName says why s is no name of a certificate, or returns "".
func notAName(s string) string {
	_, ip := netip.ParseAddr(s)
	switch {
	case s == "":
		return "must not be empty"
	case strings.Contains(s, stood):
		return stood + " is for node and cluster, where it stands for what the * of name stood for"
	case strings.Count(s, "*") > 1:
		return "may have one *; write a list of names, each with its own"
	case s == "*":
		return ""
	case distinguished.MatchString(s):
		return "must be a DNS name or a URI of the certificate's subject alternative names; " +
			"the subject and its common name are not looked at"
	case strings.EqualFold(s[:min(len(s), len("spiffe:"))], "spiffe:"):
		return notASPIFFE(s)
	case strings.Contains(s, ":") && uriScheme.MatchString(s) && ip != nil && !withPort.MatchString(s):
		return notAURI(s)
	case ip == nil:
		return "must be a DNS name or a URI; the IP addresses of certificates are not looked at"
	case withPort.MatchString(s):
		return "must be a DNS name without a port"
	case s != strings.ToLower(s):
		return "must be in lower case, as DNS names are compared"
	}
	return notAHost(strings.Replace(s, "*", "x", 1))
}

// notASPIFFE says why s is no SPIFFE ID (SPIFFE-ID.md, 2), or returns "".
func notASPIFFE(s string) string {
	id, ok := strings.CutPrefix(s, spiffe)
	domain, path, below := strings.Cut(id, "/")
	switch {
	case !ok:
		return "must begin with " + spiffe + ", in lower case"
	case domain == "":
		return "needs a trust domain: " + spiffe + "example.org/…"
	case strings.ToLower(domain) != domain:
		return "must have its trust domain in lower case"
	case strings.Trim(domain, "abcdefghijklmnopqrstuvwxyz0123456789-._*") != "":
		return "must have a trust domain of letters, digits, '.', '-' and '_', without a port"
	case below && strings.HasSuffix("/"+path, "/"):
		return "must not end in /; with a * behind it, it is for all below"
	case strings.Contains(path, "//"):
		return "must not have an empty part between two /"
	}
	for _, r := range path {
		if !letterOrDigit(r) && !strings.ContainsRune("-._/*", r) {
			return "may have letters, digits, '.', '-' and '_' in the parts of its path, not " + character(r)
		}
	}
	return tooLong(s)
}

func notAURI(s string) string {
	for _, r := range s {
		if r <= ' ' || r > '~' {
			return "must be a URI as certificates have it, which cannot contain " + character(r)
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.Opaque == "" && u.Host == "" {
		return "must be a DNS name, or a URI as spiffe://example.org/…"
	}
	if u.Host != strings.ToLower(u.Host) {
		return "must have its host in lower case"
	}
	return tooLong(s)
}

func tooLong(uri string) string {
	if len(uri) > maxURI {
		return fmt.Sprintf("must have at most %d characters", maxURI)
	}
	return ""
}
