// Package preflight judges a module + plugin config before any Envoy sees it: proxywasm starts the module as Envoy would,
// configures it and sends a few requests through it, and preflight says what Envoy would refuse or fail on.
//
// The verdicts are those of Envoy 1.40 with its V8 runtime, compared module by module in testdata. Where this server's
// engine cannot say, the verdict is a warning and Envoy decides.
package preflight

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// Plugin is one filter as Envoy's PluginConfig has it. Config and VMConfig are the bytes that the module will read.
type Plugin struct {
	Name     string
	RootID   string // root_id; most modules have one plugin and leave it empty
	VMID     string // vm_id
	Code     []byte
	Config   []byte
	VMConfig []byte
	Env      map[string]string // environment_variables
	// Shared is what it has in common with plugins of the same VMID; nil: it is alone.
	Shared *proxywasm.Shared
	// Upstreams are the clusters that it can call, nil where they are not known. A call to another one, at its start or by
	// its timer, is a refusal; one for a request, a warning, as the next request may name another.
	Upstreams []string
	// Together: other plugins run in its VM. One that takes no second plugin is refused then: Envoy tries each in a VM of
	// its own, acknowledges it, and fails in its workers.
	Together bool
	// EachTry: it runs in the chain of each of these clusters, where it sees each try of a request, and its own calls.
	EachTry bool
}

func (p Plugin) host() proxywasm.Plugin {
	return proxywasm.Plugin{Name: p.Name, RootID: p.RootID, VMID: p.VMID, Config: p.Config, VMConfig: p.VMConfig, Env: p.Env, Shared: p.Shared, Clusters: p.Upstreams}
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
	// MaxCode is the largest module that is judged at all, in bytes of instructions.
	MaxCode = 16 << 20

	hostBytes = 64 << 20 // what the host keeps for one VM
)

// ErrClosed is returned after Close.
var ErrClosed = errors.New("preflight is closed")

// Checker checks plugins. It is safe for concurrent use; at most one check runs for each CPU, the others wait.
type Checker struct {
	timeout  time.Duration
	memory   uint64
	cache    *cache
	accepted accepted
	running  chan struct{}

	life       context.Context // of the Checker; ends with Close
	end        context.CancelFunc
	ending     sync.Mutex // keeps background from growing while Close waits for it
	background sync.WaitGroup
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
	c.life, c.end = context.WithCancel(context.Background())
	for _, o := range options {
		o(c)
	}
	return c
}

// Close frees the compiled modules. Checks and sessions that are under way free theirs when they end.
func (c *Checker) Close(ctx context.Context) error {
	c.ending.Lock()
	c.end()
	c.ending.Unlock()
	c.background.Wait()
	return c.cache.close(ctx)
}
