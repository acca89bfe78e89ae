package pool

import (
	"strings"

	"github.com/livefilter/livefilter/filter/internal/config"
	"github.com/livefilter/livefilter/filter/internal/host"
)

// client returns what tells the client of the request at hand, hashed; 0 where the request has no such thing.
func client(pick *config.Pick) (hash uint64) {
	text := ""
	switch pick.By {
	case config.ByHeader:
		text = host.RequestHeader(pick.Name)
	case config.ByCookie:
		text = cookieOf(pick.Name)
	case config.ByIP:
		text = withoutPort(host.Property("source\x00address"))
	case config.ByHost:
		// In a cluster's chain :authority is the upstream's by now; the route has kept the client's.
		if text = host.Property("filter_state\x00livefilter.host"); text == "" {
			text = host.RequestHeader(":authority")
		}
		text = config.Lower(withoutPort(text))
	}
	if text == "" {
		return 0
	}
	return max(1, hashOf(text))
}

// cookieOf looks at all Cookie headers. Of several, which HTTP/1 may have, Envoy gives the first alone, or all with commas
// between them.
func cookieOf(name string) string {
	first := host.RequestHeader("cookie")
	length := len(first)
	text := cookie(first, name)
	if text != "" || length == 0 {
		return text
	}
	all := []byte(host.Property("request\x00headers\x00cookie"))
	if len(all) <= length {
		return ""
	}
	for i := range all {
		if all[i] == ',' {
			all[i] = ';'
		}
	}
	return cookie(string(all[length:]), name)
}

// cookie returns the value of the first cookie with that name (RFC 6265, section 5.4), as it is, quotes and all.
func cookie(header, name string) string {
	for header != "" {
		var pair string
		pair, header, _ = strings.Cut(header, ";")
		for pair != "" && pair[0] == ' ' {
			pair = pair[1:]
		}
		if key, value, _ := strings.Cut(pair, "="); key == name {
			return value
		}
	}
	return ""
}

// withoutPort takes the port off an address or an authority: what follows the last colon, where that is a number.
func withoutPort(text string) string {
	for i := len(text) - 1; i >= 0; i-- {
		switch c := text[i]; {
		case c == ':':
			return text[:i]
		case c < '0' || c > '9':
			return text
		}
	}
	return text
}
