// Command prune takes out of the linked filter what Envoy need not see: callbacks that the SDK exports and the filter
// does not use, the functions that only they called, and custom sections (names, producers). And it gives the filter's
// own callbacks (filter/dispatch_wasm.go) the names of the SDK's.
//
// Envoy calls every callback that a module exports, needed or not; the needless ones cost about a microsecond a
// request. The same input gives the same bytes.
//
// Usage: prune IN OUT
package main

import (
	"fmt"
	"os"
)

// kept are the exports that stay, with the names that they get.
var kept = map[string]string{
	"memory":                   "memory",
	"_initialize":              "_initialize",
	"proxy_abi_version_0_2_0":  "proxy_abi_version_0_2_0",
	"own_on_memory_allocate":   "proxy_on_memory_allocate",
	"own_on_vm_start":          "proxy_on_vm_start",
	"own_on_configure":         "proxy_on_configure",
	"own_on_context_create":    "proxy_on_context_create",
	"own_on_request_headers":   "proxy_on_request_headers",
	"own_on_response_headers":  "proxy_on_response_headers",
	"own_on_response_trailers": "proxy_on_response_trailers",
	"own_on_delete":            "proxy_on_delete",
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: prune IN OUT")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "prune:", err)
		os.Exit(1)
	}
}

func run(in, out string) error {
	module, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	pruned, err := prune(module, kept)
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	return os.WriteFile(out, pruned, 0o644)
}
