package figures

import (
	"regexp"
	"strings"
)

// Numbered is how many values of a pool are told of that have no alias.
const Numbered = 100

// Regexp matches the names of the figures that are read, for the stat sink in an Envoy's
// bootstrap. It is in RE2's syntax, and for whole names. Of how often values were chosen it lets those pass that have an
// alias, and the first Numbered of the others: the server takes no report that is longer than 256 KiB.
func Regexp() string {
	return `cluster\..+\.` + of(kind.ofUpstream) +
		`|` + regexp.QuoteMeta(listener) + of(kind.ofListener) +
		`|(cluster\..+\.)?wasm\..+\.` + of(kind.ofModule) +
		`|(cluster\..+\.)?wasmcustom\.livefilter\.filter\..+\.` + of(kind.ofBuiltin, outUntil) +
		`|(cluster\..+\.)?wasmcustom\.livefilter\.filter\..+\.value\.([0-9]{1,2}|[^.]*[A-Za-z_-][^.]*)\.` + chosen +
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
