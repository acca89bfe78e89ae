//go:build torture

package torture

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// mischief runs faults beside each other.
type mischief struct {
	mu    sync.Mutex
	busy  map[string]bool
	under sync.WaitGroup
}

// begin starts a fault unless its target has one.
func (m *mischief) begin(ctx context.Context, rng *rand.Rand, f fault) (lasts time.Duration, ok bool) {
	lasts = time.Duration(rng.Int64N(int64(f.most) + 1))
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.busy[f.target] {
		return lasts, false
	}
	m.busy[f.target] = true
	m.under.Go(func() {
		f.run(ctx, lasts)
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.busy, f.target)
	})
	return lasts, true
}
