package identity_test

import (
	"crypto/x509"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/identity"
)

func TestEnds(t *testing.T) {
	born := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		life, age time.Duration
		words     string
		over      bool
	}{
		{90 * 24 * time.Hour, 0, "", false},
		{90 * 24 * time.Hour, 82 * 24 * time.Hour, "", false},
		{90 * 24 * time.Hour, 84 * 24 * time.Hour, "expires at 2026-04-01T00:00:00Z", false},
		{90 * 24 * time.Hour, 91 * 24 * time.Hour, "expired at 2026-04-01T00:00:00Z", true},
		{90 * 24 * time.Hour, -time.Second, "is not valid before 2026-01-01T00:00:00Z", true},
		{time.Hour, 40 * time.Minute, "", false},
		{time.Hour, 50 * time.Minute, "expires at 2026-01-01T01:00:00Z", false},
	} {
		c := &x509.Certificate{NotBefore: born, NotAfter: born.Add(test.life)}
		if words, over := identity.Ends(c, born.Add(test.age)); words != test.words || over != test.over {
			t.Errorf("%v old of %v: %q %t", test.age, test.life, words, over)
		}
	}
}
