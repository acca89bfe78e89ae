package identity

import (
	"crypto/x509"
	"time"
)

// soon is how long before its end a certificate is worth a warning, at the most. One that lives for an
// hour, as those of SPIFFE do, is to be renewed long before that: cert-manager does so with a third of
// its life left, spiffe-helper with half.
const soon = 7 * 24 * time.Hour

// Ends says in words that a certificate is over at now, will be soon (in 7 days, or with less than a
// quarter of its life left), or is not valid yet. It is empty where none of these is so. over: nobody
// takes it at now.
func Ends(c *x509.Certificate, now time.Time) (words string, over bool) {
	switch lead := min(soon, c.NotAfter.Sub(c.NotBefore)/4); {
	case now.After(c.NotAfter):
		return "expired at " + date(c.NotAfter), true
	case now.Before(c.NotBefore):
		return "is not valid before " + date(c.NotBefore), true
	case now.Add(lead).After(c.NotAfter):
		return "expires at " + date(c.NotAfter), false
	}
	return "", false
}

func date(t time.Time) string { return t.UTC().Format(time.RFC3339) }
