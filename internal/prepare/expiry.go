package prepare

import (
	"fmt"
	"time"

	"github.com/livefilter/livefilter/internal/config"
)

// soon is how long before its end a certificate is worth a warning.
const soon = 7 * 24 * time.Hour

// expiries warns of certificates that are over at now, will be soon, or are not valid yet. Envoy
// shows these all the same, and whoever verifies them hangs up.
func expiries(c *config.Config, now time.Time) (warnings []string) {
	check := func(path string, p *config.KeyPair) {
		if p == nil {
			return
		}
		cert, says := p.Leaf(), ""
		switch {
		case now.After(cert.NotAfter):
			says = "expired at " + cert.NotAfter.UTC().Format(time.RFC3339)
		case now.Before(cert.NotBefore):
			says = "is not valid before " + cert.NotBefore.UTC().Format(time.RFC3339)
		case now.Add(soon).After(cert.NotAfter):
			says = "expires at " + cert.NotAfter.UTC().Format(time.RFC3339)
		default:
			return
		}
		warnings = append(warnings, fmt.Sprintf("%s: %s: the certificate in %s %s", c.Position(path), path, p.CertPath, says))
	}
	check("listener.tls.cert", c.Listener.TLS)
	for i, u := range c.Upstreams {
		if u.TLS != nil {
			check(fmt.Sprintf("upstreams[%d].tls.cert", i), u.TLS.Client)
		}
	}
	return warnings
}
