package preflight

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// trial is one run of a plugin through all steps.
type trial struct {
	module            *module
	plugin            proxywasm.Plugin
	limits            proxywasm.Limits
	timeout           time.Duration
	together, eachTry bool

	vm       *proxywasm.VM
	warnings []string
	ended    proxywasm.Kind // of the trap, if there was one
}

func (c *Checker) trial(m *module, p Plugin, timeout time.Duration) *trial {
	return &trial{module: m, warnings: slices.Clone(m.warnings), plugin: p.host(), timeout: timeout, together: p.Together, eachTry: p.EachTry, limits: proxywasm.Limits{Memory: c.memory, Host: hostBytes}}
}

func (t *trial) run(parent context.Context) (warnings []string, err error) {
	defer func() {
		// An engine that stumbles over a module must not take the server along, and says nothing about the module.
		if r := recover(); r != nil {
			t.ended = proxywasm.Failed
			t.warn("%s", cannotJudge(fmt.Sprintf("preflight failed on it: %.200v", r)))
			warnings, err = t.warnings, nil
		}
	}()
	ctx, cancel := context.WithTimeout(parent, t.timeout)
	defer cancel()
	err = t.start(ctx, time.Now)
	if t.vm != nil {
		defer t.vm.Close(context.WithoutCancel(parent))
	}
	if err == nil {
		err = t.traffic(ctx)
	}
	if err == nil {
		err = t.replace(parent)
	}
	if parent.Err() != nil {
		return nil, parent.Err()
	}
	return t.verdict(err)
}

// verdict turns what failed into a refusal, or into a warning where only a real Envoy can tell.
func (t *trial) verdict(err error) ([]string, error) {
	var failed *failure
	switch {
	case err != nil && t.ended == proxywasm.Failed:
		t.warn("%s", cannotJudge(err.Error()))
		return t.warnings, nil
	case t.vm == nil && errors.As(err, &failed):
		return nil, failed.Refusal
	case t.vm == nil:
		return nil, err
	}
	for _, n := range t.vm.Notes() {
		t.warn("%s", n)
	}
	switch {
	case err == nil:
		if t.vm.WantsMoreMemory() {
			t.warn("it asked for more than %d MiB of memory, did not get it here, and went on", t.limits.Memory>>20)
		}
		if !t.vm.Does() {
			t.warn("it exports no callback for requests or responses: it will do nothing")
		}
		return t.warnings, nil
	case errors.As(err, &failed) && failed.unsure && len(t.vm.Doubts()) > 0:
		t.warn("%s", cannotJudge(fmt.Sprintf("%v, after %s", failed, strings.Join(t.vm.Doubts(), ", and "))))
		return t.warnings, nil
	case failed != nil:
		return t.warnings, failed.Refusal
	}
	return t.warnings, err
}

func (t *trial) warn(format string, args ...any) {
	t.warnings = append(t.warnings, oneLine(fmt.Sprintf(format, args...), 600))
}

// warnOnce is for what every request may find again.
func (t *trial) warnOnce(warning string) {
	if !slices.Contains(t.warnings, warning) {
		t.warn("%s", warning)
	}
}

// failure is a refusal, unless the module was told less than Envoy would have told it.
type failure struct {
	*Refusal
	unsure bool
}

// fail explains an error of the host, or a callback that returned false.
func (t *trial) fail(step Step, returned string, err error) error {
	var trap *proxywasm.Trap
	f := &failure{unsure: true}
	switch {
	case err == nil:
		f.Refusal = refuse(step, "%s%s", returned, t.lastWord())
	case errors.As(err, &trap):
		f.unsure = trap.Kind == proxywasm.Trapped
		t.ended = trap.Kind
		reason := trap.Error()
		if trap.Kind == proxywasm.TimedOut {
			reason = fmt.Sprintf("%s did not return within %v: an endless loop?", trap.Callback, t.timeout)
		}
		f.Refusal = refuse(step, "%s%s", reason, t.lastWord())
	default:
		return err
	}
	return f
}

func (t *trial) lastWord() string {
	if t.vm == nil {
		return ""
	}
	if word := t.vm.Log.LastWord(); word != "" {
		return fmt.Sprintf("; it last said: %q", oneLine(word, 300))
	}
	return ""
}
