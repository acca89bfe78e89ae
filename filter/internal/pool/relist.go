package pool

import (
	"slices"

	"github.com/livefilter/livefilter/filter/internal/host"
)

// relist ends the evictions of values that the configuration before this one listed and this one does not: a value that
// comes back later comes back in. The shared data cannot be enumerated, so the list itself is kept there.
//
// Values that are new get an entry, since what is not there cannot be compared and swapped: of two workers that put a
// value out at once the one that knows less could win.
func relist(listKey, evictionPrefix string, values []string) {
	var list []byte
	for _, value := range values {
		list = append(append(list, value...), 0)
	}
	before, cas := host.SharedData(listKey)
	if string(before) == string(list) {
		return // what every worker but the first finds
	}
	previous := string(before) // before itself is valid until the next call
	host.SwapSharedData(listKey, list, cas)
	for _, value := range values {
		if _, cas := host.SharedData(evictionPrefix + value); cas == 0 {
			host.SwapSharedData(evictionPrefix+value, nil, 0)
		}
	}
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
			host.SwapSharedData(evictionPrefix+value, nil, cas)
		}
	}
}
