package e2e

import (
	"testing"
)

func TestBalance(t *testing.T) {
	s, backends := balancedStack(t, "")
	for _, a := range s.reached(100, backends) {
		if a.seen.TLS.SNI != a.header.Get("X-Backend")+".example" || a.seen.Headers["X-Livefilter-Upstream"] != nil {
			t.Errorf("%s saw %+v", a.header.Get("X-Backend"), a.seen)
		}
	}
}
