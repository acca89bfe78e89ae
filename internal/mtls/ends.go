package mtls

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/livefilter/livefilter/internal/identity"
)

const (
	remindTime = time.Minute    // between two looks at the clock
	soonTime   = 24 * time.Hour // between two lines of a certificate that ends soon,
	overTime   = 10 * time.Minute
)

// Warnings say what of the certificates in use is over, or will be soon, that the files are not taken, and
// whom the latest handshake that failed was with, if that was within a minute.
func (k *Keys) Warnings() (all []string) {
	all, _ = k.current.Load().warnings(k.now())
	if words, any := k.refused.shown(); any {
		all = append(all, words)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.said != nil {
		all = append(all, "the last good certificates are in use: "+k.said.Error())
	}
	return all
}

// warnings are those of the certificates. over: with one of them no Envoy can connect.
func (l *loaded) warnings(now time.Time) (all []string, over bool) {
	for i, c := range l.chain {
		words, late := identity.Ends(c, now)
		if words == "" {
			continue
		}
		over = over || late
		what := "the certificate that Envoys are shown"
		if i > 0 {
			what = fmt.Sprintf("%s, the CA of the certificate that Envoys are shown,", c.Subject)
		}
		all = append(all, fmt.Sprintf("%s %s: renew %s", what, words, l.files.Cert))
	}
	ca := l.latestCA() // one that ends beside one that does not is a rotation
	if words, late := identity.Ends(ca, now); words != "" {
		over = over || late
		all = append(all, fmt.Sprintf("the CA of Envoys (%s) %s: renew it in %s", ca.Subject, words, l.files.CA))
	}
	return all, over
}

// due says of which certificates there are warnings.
func (l *loaded) due(now time.Time) map[string]bool {
	ends := func(c *x509.Certificate) bool {
		words, _ := identity.Ends(c, now)
		return words != ""
	}
	return map[string]bool{"server": slices.ContainsFunc(l.chain, ends), "client_ca": ends(l.latestCA())}
}

// latestCA is the one that is valid the longest.
func (l *loaded) latestCA() *x509.Certificate { return slices.MaxFunc(l.cas, byEnd) }

// end is when what is shown is over.
func (l *loaded) end() time.Time { return slices.MinFunc(l.chain, byEnd).NotAfter }

func byEnd(a, b *x509.Certificate) int { return a.NotAfter.Compare(b.NotAfter) }

// remind logs what Warnings says of the certificates: when that changes, once a day, and every ten minutes
// once Envoys cannot connect.
func (k *Keys) remind(ctx context.Context) {
	var last string
	var at time.Time
	tick := time.NewTicker(remindTime)
	defer tick.Stop()
	for {
		last, at = k.look(last, at)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (k *Keys) look(last string, at time.Time) (string, time.Time) {
	now := k.now()
	all, over := k.current.Load().warnings(now)
	words, level, again := fmt.Sprint(all), slog.LevelWarn, soonTime
	if over {
		level, again = slog.LevelError, overTime
	}
	if words != last || now.Sub(at) >= again {
		for _, w := range all {
			k.log.Log(context.Background(), level, "certificate", "warning", w)
		}
		last, at = words, now
	}
	k.mu.Lock()
	wrong := k.wrong
	k.mu.Unlock()
	if wrong != nil {
		k.source.Reload() // one that was not valid yet may be
	}
	return last, at
}
