package xds

import (
	"fmt"
	"slices"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

const (
	wasmFilter  = "envoy.filters.http.wasm"
	wasmRuntime = "envoy.wasm.runtime.v8"
	tooOld      = "older than 1.36, the oldest Envoy that is tested: it may refuse what it is sent"
	noWasm      = "it was built or started without %s: it refuses every filter but mutate and typed_config, and its requests get what listener.on_missing says"
)

// oldest is the minor version of Envoy 1 from which on all that is sent was tested.
const oldest = 36

// unfit says, from what an Envoy tells of itself, why it cannot run what it is sent; "" where nothing is known against it.
// Envoy lists the extensions that it has, those that --disable-extensions switched off as disabled. Another client may
// list none, and is not judged.
func unfit(n *corev3.Node) string {
	var why []string
	if v := n.GetUserAgentBuildVersion().GetVersion(); v != nil && (v.GetMajorNumber() < 1 || v.GetMajorNumber() == 1 && v.GetMinorNumber() < oldest) {
		why = append(why, tooOld)
	}
	if len(n.GetExtensions()) > 0 {
		for _, need := range []string{wasmFilter, wasmRuntime} {
			if !slices.ContainsFunc(n.GetExtensions(), func(e *corev3.Extension) bool { return e.GetName() == need && !e.GetDisabled() }) {
				why = append(why, fmt.Sprintf(noWasm, need))
				break
			}
		}
	}
	return strings.Join(why, "; ")
}
