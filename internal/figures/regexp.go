package figures

import (
	"regexp"
	"strings"
)

// Regexp matches the names of the figures that are read, for the stat sink in an Envoy's
// bootstrap. It is in RE2's syntax, and for whole names.
func Regexp() string {
	return `cluster\..+\.` + of(kind.ofUpstream) +
		`|` + regexp.QuoteMeta(listener) + of(kind.ofListener) +
		`|(cluster\..+\.)?wasm\..+\.` + of(kind.ofModule) +
		`|(cluster\..+\.)?wasmcustom\.livefilter\.filter\..+\.` + of(kind.ofBuiltin, outUntil) +
		`|` + regexp.QuoteMeta(marker)
}

func of(these func(kind) bool, names ...string) string {
	for k := range kind(len(stats)) {
		if these(k) {
			names = append(names, regexp.QuoteMeta(k.String()))
		}
	}
	return "(" + strings.Join(names, "|") + ")"
}
