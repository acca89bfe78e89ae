package preflight

import (
	"context"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// Check starts the module with its config as Envoy would and sends requests through it. The warnings are what it could
// not judge and what a person should know. The error is a *Refusal if Envoy would refuse the plugin, fail on it, or
// crash; any other error says nothing about the plugin.
func (c *Checker) Check(ctx context.Context, p Plugin) (warnings []string, err error) {
	v := c.judge(ctx, p)
	return v.Warnings, v.Err
}

func (c *Checker) judge(ctx context.Context, p Plugin) Verdict {
	select {
	case c.running <- struct{}{}:
		defer func() { <-c.running }()
	case <-ctx.Done():
		return Verdict{Err: ctx.Err()}
	}
	m, err := c.cache.get(ctx, p.Code)
	if err != nil {
		return Verdict{Err: err}
	}
	defer m.release(ctx)
	for {
		kind := m.preferred()
		better, verdict := c.check(ctx, m, kind, p)
		if better == kind {
			return verdict
		}
		m.prefer(better)
	}
}

// check tries the plugin on an engine, and says which one to try it on if that was too slow or too small.
func (c *Checker) check(ctx context.Context, m *cached, kind proxywasm.Engine, p Plugin) (proxywasm.Engine, Verdict) {
	code := m.get(ctx, p.Code, c, kind)
	switch {
	case code.refusal != nil:
		return kind, Verdict{Err: code.refusal}
	case code.unjudged != "":
		return kind, Verdict{Warnings: append([]string{code.unjudged}, code.warnings...), hasty: true}
	}
	timeout := c.timeout
	if kind == proxywasm.Interpreted {
		timeout /= 4
	}
	t := c.trial(code, p, timeout)
	warnings, err := t.run(ctx)
	switch {
	case kind == proxywasm.Interpreted && t.ended == proxywasm.Recursion:
		return proxywasm.Counted, Verdict{}
	case kind == proxywasm.Interpreted && t.ended == proxywasm.TimedOut:
		return proxywasm.Compiled, Verdict{}
	case kind == proxywasm.Interpreted && m.again():
		c.improve(m, p.Code)
	}
	return kind, Verdict{warnings, err, t.ended == proxywasm.TimedOut || t.ended == proxywasm.Failed}
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
