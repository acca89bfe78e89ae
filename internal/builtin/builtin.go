// Package builtin holds the compiled filter, so that one binary is a complete server.
package builtin

import _ "embed"

// Filter is the proxy-wasm module built from filter/ by scripts/build-filter.sh. It is shared: treat it as read-only.
//
//go:embed filter.wasm
var Filter []byte
