// Package preflight runs a module + plugin config in wazero before any Envoy sees it: it starts the module as Envoy would,
// configures it, sends a few requests through it, and says what Envoy would refuse or fail on.
//
// The verdicts are those of Envoy 1.40 with its V8 runtime, compared module by module in testdata. Where this server's
// engine cannot say, the verdict is a warning and Envoy decides.
package preflight

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/livefilter/livefilter/internal/preflight/host"
)

// Plugin is one filter as Envoy's PluginConfig has it. Config and VMConfig are the bytes that the module will read.
type Plugin struct {
	Name     string
	RootID   string // root_id; most modules have one plugin and leave it empty
	VMID     string // vm_id
	Code     []byte
	Config   []byte
	VMConfig []byte
}

func (p Plugin) host() host.Plugin {
	return host.Plugin{Name: p.Name, RootID: p.RootID, VMID: p.VMID, Config: p.Config, VMConfig: p.VMConfig}
}

// Defaults of New.
const (
	// DefaultTimeout bounds what one Check spends inside the module. The built-in filter needs about a millisecond.
	DefaultTimeout = 2 * time.Second
	// DefaultMemory bounds the module's linear memory, in bytes. Envoy's V8 stops at 1 GiB for each worker; the largest
	// modules in use (web application firewalls) start with 130 MiB.
	DefaultMemory = 256 << 20
	// DefaultModules is how many modules stay compiled.
	DefaultModules = 8
	// MaxCode is the largest module that is judged at all, in bytes.
	MaxCode = 16 << 20

	hostBytes = 64 << 20 // what the host keeps for one VM
)

// ErrClosed is returned after Close.
var ErrClosed = errors.New("preflight is closed")

// Checker checks plugins. It is safe for concurrent use; at most one check runs for each CPU, the others wait.
type Checker struct {
	timeout time.Duration
	memory  uint64
	cache   *cache
	running chan struct{}
}

// Option changes a default of New.
type Option func(*Checker)

// WithTimeout bounds what one Check, and one Session.Do, spends inside the module.
func WithTimeout(d time.Duration) Option { return func(c *Checker) { c.timeout = d } }

// WithMemory bounds the module's linear memory, in bytes.
func WithMemory(bytes uint64) Option { return func(c *Checker) { c.memory = bytes } }

// WithModules sets how many modules stay compiled when nobody uses them.
func WithModules(n int) Option { return func(c *Checker) { c.cache.keep = n } }

// New returns a Checker that has to be closed.
func New(options ...Option) *Checker {
	c := &Checker{timeout: DefaultTimeout, memory: DefaultMemory, cache: newCache(DefaultModules),
		running: make(chan struct{}, runtime.GOMAXPROCS(0))}
	for _, o := range options {
		o(c)
	}
	return c
}

// Close frees the compiled modules. Checks and sessions that are under way free theirs when they end.
func (c *Checker) Close(ctx context.Context) error { return c.cache.close(ctx) }

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
func (c *Checker) check(ctx context.Context, m *cached, kind engine, p Plugin) (engine, []string, error) {
	code := m.get(ctx, p.Code, c, kind)
	switch {
	case code.refusal != nil:
		return kind, nil, code.refusal
	case code.unjudged != "":
		return kind, []string{code.unjudged}, nil
	}
	timeout := c.timeout
	if kind == interpreted {
		timeout /= 4
	}
	t := c.trial(code, p, timeout)
	warnings, err := t.run(ctx)
	switch {
	case kind == interpreted && t.ended == host.Recursion:
		return counted, nil, nil
	case kind == interpreted && t.ended == host.TimedOut:
		return compiled, nil, nil
	}
	return kind, warnings, err
}
