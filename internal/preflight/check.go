package preflight

import (
	"context"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// Check starts the module with its config as Envoy would and sends requests through it. The warnings are what it could
// not judge and what a person should know. The error is a *Refusal if Envoy would refuse the plugin, fail on it, or
// crash; any other error says nothing about the plugin.
func (c *Checker) Check(ctx context.Context, p Plugin) (warnings []string, err error) {
	select {
	case c.running <- struct{}{}:
		defer func() { <-c.running }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	m, err := c.cache.get(ctx, p.Code)
	if err != nil {
		return nil, err
	}
	defer m.release(ctx)
	for {
		kind := m.preferred()
		better, warnings, err := c.check(ctx, m, kind, p)
		if better == kind {
			return warnings, err
		}
		m.prefer(better)
	}
}

// check tries the plugin on an engine, and says which one to try it on if that was too slow or too small.
func (c *Checker) check(ctx context.Context, m *cached, kind proxywasm.Engine, p Plugin) (proxywasm.Engine, []string, error) {
	code := m.get(ctx, p.Code, c, kind)
	switch {
	case code.refusal != nil:
		return kind, nil, code.refusal
	case code.unjudged != "":
		return kind, append([]string{code.unjudged}, code.warnings...), nil
	}
	timeout := c.timeout
	if kind == proxywasm.Interpreted {
		timeout /= 4
	}
	t := c.trial(code, p, timeout)
	warnings, err := t.run(ctx)
	switch {
	case kind == proxywasm.Interpreted && t.ended == proxywasm.Recursion:
		return proxywasm.Counted, nil, nil
	case kind == proxywasm.Interpreted && t.ended == proxywasm.TimedOut:
		return proxywasm.Compiled, nil, nil
	case kind == proxywasm.Interpreted && m.again():
		c.improve(m, p.Code)
	}
	return kind, warnings, err
}

// improve compiles a module while nobody waits, so that the edits of its config that will follow are judged sooner.
func (c *Checker) improve(m *cached, code []byte) {
	c.ending.Lock()
	defer c.ending.Unlock()
	if c.life.Err() != nil {
		return
	}
	m.hold()
	c.background.Go(func() {
		ctx := context.WithoutCancel(c.life)
		if better := m.get(ctx, code, c, proxywasm.Counted); better.refusal == nil && better.unjudged == "" {
			m.prefer(proxywasm.Counted)
		}
		m.release(ctx)
	})
}
