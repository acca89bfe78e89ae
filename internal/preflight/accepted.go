package preflight

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"unsafe"
)

// Verdict is what a check came to: see Check.
type Verdict struct {
	Warnings []string
	Err      error

	hasty bool // with more time, or another engine, it may have been another
}

// CheckAll checks the plugins of a config beside each other. What the last CheckAll accepted is not checked again: most
// edits leave most plugins as they are. A refusal is, since whoever tries again hopes for another answer.
func (c *Checker) CheckAll(ctx context.Context, plugins []Plugin) []Verdict {
	verdicts := make([]Verdict, len(plugins))
	identities := identify(plugins)
	var checks sync.WaitGroup
	for i, p := range plugins {
		if known, ok := c.accepted.get(identities[i]); ok {
			verdicts[i] = known
			continue
		}
		checks.Go(func() { verdicts[i] = c.judge(ctx, p) })
	}
	checks.Wait()
	if ctx.Err() == nil {
		c.accepted.set(identities, verdicts)
	}
	return verdicts
}

// identity is all of a plugin that its verdict depends on.
type identity struct {
	code                                 [sha256.Size]byte
	name, rootID, vmID, config, vmConfig string
	env, upstreams                       string
	together, eachTry                    bool
}

// identify reads code that several plugins share once.
func identify(plugins []Plugin) []identity {
	type slice struct {
		first *byte
		size  int
	}
	sums := map[slice][sha256.Size]byte{}
	out := make([]identity, len(plugins))
	for i, p := range plugins {
		code := slice{unsafe.SliceData(p.Code), len(p.Code)}
		if _, ok := sums[code]; !ok {
			sums[code] = sha256.Sum256(p.Code)
		}
		out[i] = identity{sums[code], p.Name, p.RootID, p.VMID, string(p.Config), string(p.VMConfig), fmt.Sprintf("%q", p.Env), fmt.Sprintf("%q", p.Upstreams), p.Together, p.EachTry}
	}
	return out
}

// accepted are the plugins of the last CheckAll that were.
type accepted struct {
	mu   sync.Mutex
	last map[identity]Verdict
}

func (a *accepted) get(i identity) (v Verdict, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, ok = a.last[i]
	return v, ok
}

func (a *accepted) set(identities []identity, verdicts []Verdict) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last = map[identity]Verdict{}
	for i, v := range verdicts {
		if v.Err == nil && !v.hasty {
			a.last[identities[i]] = v
		}
	}
}
