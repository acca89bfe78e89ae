package preflight

import (
	"context"
	"fmt"
	"strings"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// called judges the calls that the plugin made in a step which no request brought about, whatever became of the step.
func (t *trial) called(step Step) error {
	for _, c := range t.vm.Calls() {
		switch {
		case c.Missed:
			return t.callRefused(step, c, t.nowhere(c))
		case t.eachTry && step != Tick:
			// An Envoy that starts has no cluster before it has the filters in its chain; Envoy 1.40 answers BadArgument.
			return t.callRefused(step, c, fmt.Sprintf("%s before that can be there: with retry, it is in the upstreams' own chains and "+
				"starts before them; a timer can call", c))
		}
	}
	return nil
}

// calledForRequest judges those that it made for a request. One that passes the plugin itself must not lead to another.
func (t *trial) calledForRequest(ctx context.Context) error {
	calls := t.vm.Calls()
	t.warnMissed(calls)
	for range 3 {
		if !t.eachTry || len(calls) == 0 || calls[0].Missed {
			return nil
		}
		if _, err := t.vm.Exchange(ctx, calls[0].Request, response(200, nil, nil)); err != nil {
			return t.fail(stepOf(err), "", err)
		}
		calls = t.vm.Calls()
	}
	if len(calls) == 0 {
		return nil
	}
	return t.callRefused(Request, calls[0], fmt.Sprintf("%s, and the same again for that call: with retry, it is in the chain of every "+
		"upstream, and its own calls pass it; Envoy ends that when the VM has no stack left", calls[0]))
}

// warnMissed warns of the calls to nobody that a request brought about: the next one may name another.
func (t *trial) warnMissed(calls []proxywasm.Call) {
	for _, c := range calls {
		if c.Missed {
			t.warnOnce("for a request it made " + t.nowhere(c))
		}
	}
}

func (t *trial) callRefused(step Step, c proxywasm.Call, why string) error {
	f := &failure{Refusal: refuse(step, "it made %s", why)}
	f.Cluster = c.Cluster
	return f
}

// nowhere says what there is instead.
func (t *trial) nowhere(c proxywasm.Call) string {
	const most = 8
	names := t.plugin.Clusters
	if more := len(names) - most; more > 0 {
		names = append(names[:most:most], fmt.Sprintf("and %d more", more))
	}
	return fmt.Sprintf("%s, and there is no such upstream, only %s", c, strings.Join(names, ", "))
}
