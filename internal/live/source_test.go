package live

import (
	"context"
	"io/fs"
	"sync"
	"time"
)

// files is a source in memory.
type files struct {
	mu      sync.Mutex
	content map[string][]byte
	broken  error // of every read
	full    bool  // nothing can be written
	seen    time.Time
	reason  string // why it is not settled
	changed chan chan struct{}
	reloads chan struct{}
}

func newFiles(text string) *files {
	return &files{
		content: map[string][]byte{"f.yaml": []byte(text)},
		changed: make(chan chan struct{}), reloads: make(chan struct{}, 1),
	}
}

func (f *files) Run(ctx context.Context, load func(func(string) ([]byte, error)) error) error {
	_ = load(f.read)
	for {
		select {
		case <-ctx.Done():
			return nil
		case done := <-f.changed:
			_ = load(f.read)
			close(done)
		case <-f.reloads:
			f.mu.Lock()
			f.seen = time.Time{}
			f.mu.Unlock()
			_ = load(f.read)
		}
	}
}

func (f *files) read(name string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	data, ok := f.content[name]
	switch {
	case f.broken != nil:
		return nil, f.broken
	case !ok:
		return nil, fs.ErrNotExist
	}
	return data, nil
}

func (f *files) Settled() (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reason, f.reason == ""
}

func (f *files) Seen() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen
}

func (f *files) Reload() {
	select {
	case f.reloads <- struct{}{}:
	default:
	}
}

// save changes the config and returns when it is loaded.
func (f *files) save(text string) {
	f.mu.Lock()
	f.content["f.yaml"], f.seen = []byte(text), time.Now()
	f.mu.Unlock()
	f.touch()
}

// touch loads without a change and returns when that is done.
func (f *files) touch() {
	done := make(chan struct{})
	f.changed <- done
	<-done
}

// fail makes every read end with err, which may be nil.
func (f *files) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = err
}

func (f *files) unsettle(reason string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reason = reason
}
