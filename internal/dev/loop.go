package dev

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/livefilter/livefilter/internal/source"
)

// newFiles is how often a Loop looks for sources that nobody has read yet.
const newFiles = 300 * time.Millisecond

// Loop builds once, and again whenever the sources have other content. After a build that failed, a source that is saved
// again unchanged is a reason too: what was missing may have been installed.
type Loop struct {
	Dir    string
	Source source.Source // for the Loop alone
	Build  func(ctx context.Context) error
	Out    *Out

	built   map[string][sha256.Size]byte // what the last build was made of
	failed  bool
	began   time.Time // the last build
	ended   time.Time
	repeats map[string]int // builds in a row that changed a source

	mu    sync.Mutex
	names []string
}

// errAgain has the source load what is saved again unchanged.
var errAgain = errors.New("worth another try")

// Run blocks until ctx is done, or dir cannot be read.
func (l *Loop) Run(ctx context.Context) error {
	if _, err := Sources(l.Dir); err != nil {
		return err
	}
	l.repeats = map[string]int{}
	parts, ctx := errgroup.WithContext(ctx)
	parts.Go(func() error {
		return l.Source.Run(ctx, func(read func(string) ([]byte, error)) error { return l.load(ctx, read) })
	})
	parts.Go(func() error {
		l.lookForNew(ctx)
		return nil
	})
	return parts.Wait()
}

func (l *Loop) load(ctx context.Context, read func(string) ([]byte, error)) error {
	names, err := Sources(l.Dir)
	if err != nil {
		l.Out.Say("%v", err)
		return errAgain
	}
	now := map[string][sha256.Size]byte{}
	for _, name := range names {
		switch data, err := read(name); {
		case errors.Is(err, source.ErrChanged):
			return err
		case err == nil:
			now[name] = sha256.Sum256(data)
		}
	}
	l.mu.Lock()
	l.names = names
	l.mu.Unlock()
	changed := l.changed(now)
	first := l.built == nil
	l.built = now
	if !first && !l.failed && (len(changed) == 0 || l.byBuild(changed)) || ctx.Err() != nil {
		return nil
	}
	l.began = time.Now()
	err = l.Build(ctx)
	l.ended = time.Now()
	l.failed = err != nil
	if l.failed {
		return errAgain
	}
	return nil
}

// changed are the sources that came, went or have other content than in the last build.
func (l *Loop) changed(now map[string][sha256.Size]byte) (names []string) {
	for name, digest := range now {
		if was, there := l.built[name]; !there || was != digest {
			names = append(names, name)
		}
	}
	for name := range l.built {
		if _, there := now[name]; !there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// byBuild says whether it is the builds that write these sources: each of the last three did. To build again for that
// would never end.
func (l *Loop) byBuild(changed []string) bool {
	all := true
	for _, name := range changed {
		info, err := os.Stat(name)
		if err == nil && !info.ModTime().Before(l.began) && !info.ModTime().After(l.ended) {
			l.repeats[name]++
		} else {
			l.repeats[name] = 0
		}
		all = all && l.repeats[name] >= 3
	}
	if all {
		l.Out.Say("%s changes with each build: not built again for it", changed[0])
	}
	return all
}

// lookForNew has the sources read anew when there are others: the source follows what was read before.
func (l *Loop) lookForNew(ctx context.Context) {
	ticker := time.NewTicker(newFiles)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		names, err := Sources(l.Dir)
		l.mu.Lock()
		other := err == nil && l.names != nil && !slices.Equal(names, l.names)
		if other {
			l.names = names // once; load corrects it
		}
		l.mu.Unlock()
		if other {
			l.Source.Reload()
		}
	}
}
