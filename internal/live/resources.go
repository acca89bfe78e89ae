package live

import (
	"errors"

	"github.com/livefilter/livefilter/internal/plan"
)

// Resources are those that are served, for plan and for people.
func (l *Live) Resources() (plan.Resources, error) {
	l.mu.Lock()
	p := l.served
	l.mu.Unlock()
	if p == nil {
		return plan.Resources{}, errors.New("no config is served yet")
	}
	return plan.Describe(p.Snapshot.Version, p.Resources)
}
