package pool

import (
	"slices"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"

	"github.com/livefilter/livefilter/filter/internal/host"
)

// forgetUnlisted ends the evictions of values that the configuration before this one listed and this one does not: a
// value that comes back later comes back in. The shared data cannot be enumerated, so the list itself is kept there.
func forgetUnlisted(listKey, evictionPrefix string, values []string) {
	var list []byte
	for _, value := range values {
		list = append(append(list, value...), 0)
	}
	before, cas := host.SharedData(listKey)
	if string(before) == string(list) {
		return // what every worker but the first finds
	}
	previous := string(before) // before itself is valid until the next call
	_ = proxywasm.SetSharedData(listKey, list, cas)
	for start, i := 0, 0; i < len(previous); i++ {
		if previous[i] != 0 {
			continue
		}
		value := previous[start:i]
		start = i + 1
		if slices.Contains(values, value) {
			continue
		}
		if data, cas := host.SharedData(evictionPrefix + value); len(data) > 0 {
			_ = proxywasm.SetSharedData(evictionPrefix+value, nil, cas)
		}
	}
}
