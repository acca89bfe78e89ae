package snapshot

import (
	"fmt"
	"strings"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"

	"github.com/livefilter/livefilter/internal/config"
)

// Origin returns the path, in the config, of what Envoy's words about a resource of a type
// complain of: "filters[1]", "listener.port", "upstreams[0].tls". It goes as deep as the
// words allow.
func Origin(c *config.Config, typeURL, words string) string {
	switch typeURL {
	case resourcev3.ExtensionConfigType:
		return filterOrigin(c, words)
	case resourcev3.ListenerType:
		if path := filterOrigin(c, words); path != "filters" && c.Listener.FilterConfig == "inline" {
			return path
		}
		switch {
		case strings.Contains(words, "in use"), strings.Contains(words, "ermission denied"):
			return "listener.port"
		case strings.Contains(words, "bind"), strings.Contains(words, "address"):
			return "listener.address"
		}
		return "listener"
	case resourcev3.ClusterType:
		return upstreamOrigin(c, words)
	case resourcev3.SecretType:
		return secretOrigin(c, words)
	}
	return "upstreams[0]" // a route has nothing else of the user's
}

// filterOrigin takes the longest name that occurs: one may be part of another.
func filterOrigin(c *config.Config, words string) string {
	path, longest := "filters", 0
	for i, f := range c.Filters {
		if mentions(words, f.Name) && len(f.Name) > longest {
			path, longest = fmt.Sprintf("filters[%d]%s", i, kindField(f)), len(f.Name)
		}
	}
	return path
}

// kindField is what an Envoy can refuse of a filter where that is one field: it starts with a dot.
func kindField(f config.Filter) string {
	switch {
	case f.Typed != nil:
		return ".typed_config"
	case f.Mutate != nil:
		return ".mutate"
	}
	return ""
}

// secretOrigin takes the certificate that the words name.
func secretOrigin(c *config.Config, words string) string {
	for i, u := range c.Upstreams {
		if mentions(words, upstreamSecret(u.Name)) {
			return fmt.Sprintf("upstreams[%d].tls.cert", i)
		}
	}
	return "listener.tls.cert"
}

// upstreamOrigin takes the longest name that occurs.
func upstreamOrigin(c *config.Config, words string) string {
	path, longest := "upstreams", 0
	for i, u := range c.Upstreams {
		if !mentions(words, u.Name) || len(u.Name) <= longest {
			continue
		}
		path, longest = fmt.Sprintf("upstreams[%d]", i), len(u.Name)
		for _, sign := range []string{"certificate", "TLS", "CA", "sni", "x509"} {
			if strings.Contains(words, sign) {
				path = fmt.Sprintf("upstreams[%d].tls", i)
				break
			}
		}
	}
	return path
}
