package preflight

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"sync"

	"github.com/livefilter/livefilter/internal/wasmbin"
)

// keptCode is how much stays compiled, in bytes of instructions; the module used last stays whatever its size.
const keptCode = 16 << 20

// cache keeps the modules used last, by content.
type cache struct {
	keep int

	mu     sync.Mutex
	byKey  map[[sha256.Size]byte]*cached
	recent []*cached // the one used last is last
	closed bool
}

// cached is a module that users share. It is closed when nobody uses it and the cache has dropped it.
type cached struct {
	engines
	cache   *cache
	key     [sha256.Size]byte
	size    int // bytes of instructions
	users   int
	dropped bool
}

func newCache(keep int) *cache { return &cache{keep: keep, byKey: map[[sha256.Size]byte]*cached{}} }

// get returns the module of the code; release it after use.
func (c *cache) get(ctx context.Context, code []byte) (*cached, error) {
	key := sha256.Sum256(code)
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil, ErrClosed
	}
	m := c.byKey[key]
	if m == nil {
		size := wasmbin.Instructions(code)
		m = &cached{cache: c, key: key, size: size, engines: engines{best: first(size)}}
		c.byKey[key] = m
	}
	m.users++
	c.recent = append(slices.DeleteFunc(c.recent, func(o *cached) bool { return o == m }), m)
	unused := c.trim()
	c.mu.Unlock()
	for _, o := range unused {
		_ = o.close(ctx)
	}
	return m, nil
}

// trim drops what is too old and returns what nobody uses of that.
func (c *cache) trim() (unused []*cached) {
	size := 0
	for _, m := range c.recent {
		size += m.size
	}
	for len(c.recent) > 1 && (len(c.recent) > c.keep || size > keptCode) {
		old := c.recent[0]
		size -= old.size
		c.recent = c.recent[1:]
		delete(c.byKey, old.key)
		old.dropped = true
		if old.users == 0 {
			unused = append(unused, old)
		}
	}
	return unused
}

// hold adds a user to a module that has one already.
func (m *cached) hold() {
	m.cache.mu.Lock()
	m.users++
	m.cache.mu.Unlock()
}

func (m *cached) release(ctx context.Context) {
	m.cache.mu.Lock()
	m.users--
	last := m.users == 0 && m.dropped
	m.cache.mu.Unlock()
	if last {
		_ = m.close(ctx)
	}
}

func (c *cache) close(ctx context.Context) error {
	c.mu.Lock()
	c.closed = true
	c.keep = 0
	var unused []*cached
	for _, m := range c.recent {
		m.dropped = true
		if m.users == 0 {
			unused = append(unused, m)
		}
	}
	c.recent = nil
	clear(c.byKey)
	c.mu.Unlock()
	var errs []error
	for _, m := range unused {
		errs = append(errs, m.close(ctx))
	}
	return errors.Join(errs...)
}
