package main

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/livefilter/livefilter/internal/preflight"
	"github.com/livefilter/livefilter/internal/usage"
)

// bounds are what one module may use while it is judged. The server judges as many at a time as it has CPUs.
type bounds struct {
	memory int // MiB
	time   time.Duration
}

func (b *bounds) flags(flags *pflag.FlagSet) {
	flags.IntVar(&b.memory, "preflight-memory", preflight.DefaultMemory>>20, "how many `MiB` of memory of its own a module gets while it is judged: one that needs more is refused")
	flags.DurationVar(&b.time, "preflight-time", preflight.DefaultTimeout, "how long a module may take to start and to answer some requests while it is judged")
	usage.Variable(flags, "preflight-memory", "LIVEFILTER_PREFLIGHT_MEMORY") // of all commands
	usage.Variable(flags, "preflight-time", "LIVEFILTER_PREFLIGHT_TIME")
}

// checker has to be closed.
func (b bounds) checker() (*preflight.Checker, error) {
	switch {
	case b.memory < 1 || b.memory > 1024: // Envoy's own bound, PROXY_WASM_HOST_MAX_WASM_MEMORY_SIZE_BYTES
		return nil, usage.Errorf("--preflight-memory %d: must be a number of MiB from 1 to 1024, which is what Envoy gives a module", b.memory)
	case b.time < 10*time.Millisecond || b.time > time.Minute:
		return nil, usage.Errorf("--preflight-time %s: must be from 10ms to 1m", b.time)
	}
	return preflight.New(preflight.WithMemory(uint64(b.memory)<<20), preflight.WithTimeout(b.time)), nil
}
