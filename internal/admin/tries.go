package admin

import (
	"net/netip"
	"sync"
	"time"

	"github.com/livefilter/livefilter/internal/sparing"
)

const (
	freeTries = 10          // wrong tokens from one address before they are slowed
	tryEvery  = time.Second // how often one is looked at then
	maxTried  = 1000        // addresses that are remembered
)

// tries slows those who guess tokens. The zero value is ready.
type tries struct {
	mu   sync.Mutex
	debt map[netip.Addr]time.Time // when an address will have made up for its wrong tokens
}

// allow says whether a token from an address is looked at now.
func (t *tries) allow(address string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.debt[sparing.Network(address)].Sub(now) < freeTries*tryEvery
}

// wrong takes in that a token was wrong.
func (t *tries) wrong(address string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.debt == nil || len(t.debt) >= maxTried {
		old := t.debt
		t.debt = map[netip.Addr]time.Time{}
		for ip, until := range old {
			if until.After(now) && len(t.debt) < maxTried/2 {
				t.debt[ip] = until
			}
		}
	}
	from := sparing.Network(address)
	if now.After(t.debt[from]) {
		t.debt[from] = now
	}
	t.debt[from] = t.debt[from].Add(tryEvery)
}
