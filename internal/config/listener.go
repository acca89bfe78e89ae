package config

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/livefilter/livefilter/internal/spelling"
)

var defaultListener = Listener{Address: "0.0.0.0", Port: 10000, FilterConfig: "ecds", OnMissing: "block", AccessLog: "json"}

func (v value) listener() Listener {
	l := defaultListener
	v.fields(
		optional("address", func(v value) { l.Address = v.address() }),
		optional("port", func(v value) { l.Port = v.number(65535) }),
		optional("filter_config", func(v value) { l.FilterConfig = v.word("ecds", "inline") }),
		optional("tls", func(v value) { l.TLS = v.serverTLS() }),
		optional("on_missing", func(v value) { l.OnMissing = v.word("block", "pass") }),
		optional("access_log", func(v value) { l.AccessLog = v.word("off", "json", "text") }),
	)
	return l
}

// word returns one of these words.
func (v value) word(known ...string) string {
	s, ok := v.text()
	if ok && !slices.Contains(known, s) {
		last := len(known) - 1
		v.errorf("must be %s or %s%s", strings.Join(known[:last], ", "), known[last], not(s, known...))
	}
	return s
}

// not quotes s behind what it must be, where it nearly is: anything else may be a value in the wrong place.
func not(s string, known ...string) string {
	if spelling.Nearest(s, known) == "" {
		return ""
	}
	return ", not " + quote(s)
}

// address returns the IP address to listen on. Envoy takes no names there.
func (v value) address() string {
	s, ok := v.text()
	if !ok {
		return ""
	}
	addr, err := netip.ParseAddr(s)
	_, withPort := netip.ParseAddrPort(s)
	switch {
	case err == nil:
		v.checkIP(addr)
		return addr.String()
	case withPort == nil:
		v.errorf("must be an IP address alone; the port is a field of its own")
	case strings.HasPrefix(s, "["):
		v.errorf("must be an IP address without brackets")
	default:
		v.errorf("must be an IP address such as 0.0.0.0, 127.0.0.1 or \"::\"")
	}
	return ""
}

// checkIP refuses forms of an address that mean something on one machine only, or that
// are another address in disguise.
func (v value) checkIP(addr netip.Addr) {
	switch {
	case addr.Zone() != "":
		v.errorf("must be an IP address without a zone (%%…)")
	case addr.Is4In6():
		v.errorf("must be written as the IPv4 address %s", addr.Unmap())
	}
}
