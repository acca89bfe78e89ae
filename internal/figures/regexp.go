package figures

import (
	"regexp"
	"strings"
)

// Regexp matches the names of the counters that are read, for the stat sink in an Envoy's
// bootstrap. It is in RE2's syntax, and for whole names.
func Regexp() string {
	return `cluster\..+\.` + of(kind.ofUpstream) +
		`|` + regexp.QuoteMeta(listener) + of(kind.ofListener) +
		`|(cluster\..+\.)?wasm\..+\.` + of(kind.ofModule) +
		`|(cluster\..+\.)?wasmcustom\.livefilter\.filter\..+\.` + of(kind.ofBuiltin)
}

func of(these func(kind) bool) string {
	var names []string
	for k := range kind(len(stats)) {
		if these(k) {
			names = append(names, regexp.QuoteMeta(k.String()))
		}
	}
	return "(" + strings.Join(names, "|") + ")"
}
