package proxywasm

import (
	"fmt"
	"slices"
	"strings"
)

// Call is a call to a cluster.
type Call struct {
	What, Cluster string // "an HTTP call", say
	Missed        bool   // there is no such cluster: Envoy refuses the call at once, and so does this host
	Request       Message
}

func (c Call) String() string { return fmt.Sprintf("%s to %q", c.What, c.Cluster) }

// maxCalls bounds those that are kept between two Calls.
const maxCalls = 8

// Calls returns, once, the first calls to clusters that there are, and that there are not, as far as that is known.
func (v *VM) Calls() []Call {
	calls := v.made
	v.made = nil
	return calls
}

// called keeps a call to a cluster, and says whether Envoy would make it.
func (h *hostCall) called(what, cluster string, request Message) bool {
	h.vm.pass(len(cluster) + int(request.size()) + 64)
	known := h.vm.plugin.Clusters != nil && !foreign(cluster)
	missed := known && !slices.Contains(h.vm.plugin.Clusters, cluster)
	if known && len(h.vm.made) < maxCalls {
		h.vm.made = append(h.vm.made, Call{what, cluster, missed, request.clone()})
	}
	switch {
	case missed:
	case known:
		h.unanswered(what, cluster, "which preflight does not answer")
	default:
		h.unanswered(what, cluster, "a cluster that its Envoy must have")
	}
	return !missed
}

func (h *hostCall) unanswered(what, whom, but string) {
	h.vm.doubt("it made %s to %.200q, which nobody answered", what, whom)
	h.vm.note("it made %s to %.200q, %s", what, whom, but)
}

// foreign is the name of a cluster of somebody else's Envoy: "outbound|80||auth.default.svc.cluster.local" of Istio,
// "httproute/default/auth/rule/0" of Envoy Gateway.
func foreign(cluster string) bool { return strings.ContainsAny(cluster, "|/") }
