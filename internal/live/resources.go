package live

import (
	"crypto/rand"
	"errors"

	"github.com/livefilter/livefilter/internal/plan"
	"github.com/livefilter/livefilter/internal/prepare"
)

// newKey is for the digests that this process shows.
func newKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return key
}

// Resources are those that are served, fit to be shown: nobody can check a guess of what is hidden by
// them.
func (l *Live) Resources() (plan.Resources, error) {
	p, err := l.now()
	if err != nil {
		return plan.Resources{}, err
	}
	return plan.Describe(p.Snapshot.Version, p.Resources, l.key)
}

// Plan says what happens to Envoys that run what is served when they get is.
func (l *Live) Plan(is plan.Resources) (plan.Answer, error) {
	p, err := l.now()
	if err != nil {
		return plan.Answer{}, err
	}
	was, err := plan.Describe(p.Snapshot.Version, p.Resources, nil)
	if err != nil {
		return plan.Answer{}, err
	}
	return plan.Answers(was, is)
}

// now is the config that is served.
func (l *Live) now() (*prepare.Prepared, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.served == nil {
		return nil, errors.New("no config is served yet")
	}
	return l.served, nil
}
