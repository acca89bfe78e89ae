package config

import (
	"strings"

	"github.com/livefilter/livefilter/filter/internal/jsontext"
)

const authority = ":authority"

// headerName checks a header's name (a token of RFC 9110, or :authority) and returns it as Envoy keeps it. Host is
// :authority inside Envoy, whatever the protocol on the wire.
func headerName(name string) (string, *jsontext.Error) {
	if name == "" {
		return "", errEmpty
	}
	if len(name) > MaxNameBytes {
		return "", jsontext.NewError("at most 256 bytes")
	}
	name = Lower(name)
	if name == "host" || name == authority {
		return authority, nil
	}
	for i := range len(name) {
		c := name[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return "", jsontext.NewError("not a header name (the only pseudo-header is " + authority + ")")
		}
	}
	return name, nil
}

// responseHeaderName is headerName for a header of responses, which have no :authority.
func responseHeaderName(name string) (string, *jsontext.Error) {
	name, err := headerName(name)
	if name == authority {
		err = jsontext.NewError("a response has no " + authority)
	}
	return name, err
}

// Lower is strings.ToLower for ASCII, without its Unicode tables.
func Lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + ('a' - 'A')
		}
	}
	return string(b)
}

// headerValue reads a string that may stand in a header: no control characters but tab, which could end the header
// and begin another (RFC 9110, section 5.5).
func headerValue(r *jsontext.Reader) (string, *jsontext.Error) {
	value, err := r.String()
	if err != nil {
		return "", err
	}
	if len(value) > MaxValueBytes {
		return "", jsontext.NewError("at most 8192 bytes")
	}
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return "", jsontext.NewError("control characters are not allowed in a header")
		}
	}
	return value, nil
}
