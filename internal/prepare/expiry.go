package prepare

import (
	"fmt"
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/identity"
)

// expiries warns of certificates that are over at now, will be soon, or are not valid yet. Envoy
// shows these all the same, and whoever verifies them hangs up.
func expiries(c *config.Config, now time.Time) (warnings []string) {
	check := func(path string, p *config.KeyPair) {
		if p == nil {
			return
		}
		if says, _ := identity.Ends(p.Leaf(), now); says != "" {
			warnings = append(warnings, fmt.Sprintf("%s: %s: the certificate in %s %s", c.Position(path), path, p.CertPath, says))
		}
	}
	check("listener.tls.cert", c.Listener.TLS)
	for i, u := range c.Upstreams {
		if u.TLS != nil {
			check(fmt.Sprintf("upstreams[%d].tls.cert", i), u.TLS.Client)
		}
	}
	return warnings
}
