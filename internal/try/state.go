package try

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// Forever is until when a value is out that is out until the filter is edited.
const Forever = time.Duration(1) << 62

// evictions reads from the shared data of the built-in module until when each value is out
// of its pool (filter/internal/pool): the key has filter, header and value, the data are
// nanoseconds of the clock that began with the filter. An odd number is that of a trial, and no
// clock comes to that of a value that is out Forever.
func (c *Chain) evictions() map[valueKey]time.Duration {
	out := map[valueKey]time.Duration{}
	for _, f := range c.all() {
		if f.Rules == nil {
			continue
		}
		for key, data := range f.session.SharedData() {
			name, eviction := strings.CutPrefix(key, "eviction:")
			parts := strings.SplitN(name, "\x00", 3)
			if eviction && len(parts) == 3 && len(data) == 8 && data[0]&1 == 0 {
				until := time.Duration(binary.LittleEndian.Uint64(data))
				out[valueKey{parts[0], parts[1], parts[2]}] = min(until, Forever)
			}
		}
	}
	return out
}

// Metric is one that a filter defined. A histogram counts its records in Value.
type Metric struct {
	Filter string
	proxywasm.Metric
}

// Metrics are those of all filters, in the config's order, by name.
func (c *Chain) Metrics() (all []Metric) {
	for _, f := range c.inOrder() {
		metrics := f.session.Metrics()
		slices.SortFunc(metrics, func(a, b proxywasm.Metric) int { return cmp.Compare(a.Name, b.Name) })
		for _, m := range metrics {
			if f.Rules != nil && strings.HasSuffix(m.Name, ".out_until") {
				continue // by Envoy's clock, which the chain's is not
			}
			all = append(all, Metric{f.Plugin.Name, m})
		}
	}
	return all
}

// Stored is something that a module keeps in Envoy's shared data.
type Stored struct {
	Filter, Key string
	Data        []byte
}

// Stored is what the modules keep, by key; what the built-in one keeps is its evictions.
func (c *Chain) Stored() (all []Stored) {
	told := map[*proxywasm.Shared]bool{}
	for _, f := range c.inOrder() {
		if f.Rules != nil || told[f.Plugin.Shared] {
			continue
		}
		told[f.Plugin.Shared] = true // filters of one vm_id have it in common
		data := f.session.SharedData()
		for _, key := range slices.Sorted(maps.Keys(data)) {
			all = append(all, Stored{f.Plugin.Name, key, data[key]})
		}
	}
	return all
}

// Doubts lists, a line each, what filters asked for that only an Envoy can answer.
func (c *Chain) Doubts() (all []string) {
	for _, f := range slices.SortedFunc(slices.Values(slices.Concat(c.listener, c.cluster)), byIndex) {
		if f.Match != nil && f.Match.Percent > 0 {
			all = append(all, "filter "+f.Plugin.Name+fmt.Sprintf(": each request that matches passes it here, in an Envoy %v %% of them", f.Match.Percent))
		}
		doubts := f.session.Doubts
		if f.native() {
			doubts = f.nativeDoubts
		}
		for _, d := range doubts() {
			all = append(all, "filter "+f.Plugin.Name+": "+d)
		}
	}
	return all
}
