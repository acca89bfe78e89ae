package preflight

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Step is how far a plugin came.
type Step string

// The steps, in order.
const (
	Compile   Step = "compile"                   // the bytes are valid wasm
	ABI       Step = "abi"                       // the exports that Envoy needs, of the right signatures
	Import    Step = "import"                    // nothing that Envoy does not offer
	Start     Step = "start"                     // start section, _initialize, _start
	VMStart   Step = "vm start"                  // proxy_on_context_create, proxy_on_vm_start
	Configure Step = "configure"                 // proxy_on_configure
	Request   Step = "request"                   // requests with and without body and trailers
	Response  Step = "response"                  // their responses
	Done      Step = "done"                      // proxy_on_log, proxy_on_done, proxy_on_delete, of requests and of the plugin
	Tick      Step = "tick"                      // proxy_on_tick, proxy_on_queue_ready
	Again     Step = "a second plugin in its VM" // where others are to run in it
)

// Refusal is a plugin that must not reach an Envoy.
type Refusal struct {
	Step    Step
	Reason  string // one line, with the module's last words where it had some
	Cluster string // that it is about, if it is about a call to one that there is not
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s: %s", r.Step, r.Reason) }

func refuse(step Step, format string, args ...any) *Refusal {
	return &Refusal{Step: step, Reason: oneLine(fmt.Sprintf(format, args...), 600)}
}

// oneLine joins lines and cuts what is too long for a log line.
func oneLine(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + "…"
}
