package main

import "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"

// forgetUnlisted ends the evictions of values that the configuration before this one listed and this one does not: a
// value that comes back later comes back in. The shared data cannot be enumerated, so the list itself is kept there.
func forgetUnlisted(listKey, evictionPrefix string, values []string) {
	var list []byte
	for _, value := range values {
		list = append(append(list, value...), 0)
	}
	before, listCAS, err := proxywasm.GetSharedData(listKey)
	if err == nil && string(before) == string(list) {
		return // what every worker but the first finds
	}
	listed := make(map[string]bool, len(values))
	for _, value := range values {
		listed[value] = true
	}
	for start, i := 0, 0; i < len(before); i++ {
		if before[i] != 0 {
			continue
		}
		value := string(before[start:i])
		start = i + 1
		if listed[value] {
			continue
		}
		if data, cas := sharedData(evictionPrefix + value); len(data) > 0 {
			_ = proxywasm.SetSharedData(evictionPrefix+value, nil, cas)
		}
	}
	_ = proxywasm.SetSharedData(listKey, list, listCAS)
}
