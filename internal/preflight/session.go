package preflight

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
)

// Session is one running plugin for many requests, with a clock that only its user moves. It is not safe for concurrent
// use.
type Session struct {
	trial  *trial
	module *cached
	clock  time.Time
}

// Result is what became of an exchange: Request and Response as the module left them.
type Result struct {
	proxywasm.Result
	Logs []proxywasm.Line // of this exchange
}

// Open starts the plugin. The error is a *Refusal if Envoy would refuse it too, or *Unjudged if this server cannot run
// it. Close the session after use.
func (c *Checker) Open(ctx context.Context, p Plugin) (*Session, error) {
	m, err := c.cache.get(ctx, p.Code)
	if err != nil {
		return nil, err
	}
	code := m.get(ctx, p.Code, c, proxywasm.Counted)
	s := &Session{trial: c.trial(code, p, c.timeout), module: m, clock: time.Now()}
	switch {
	case code.refusal != nil:
		err = code.refusal
	case code.unjudged != "":
		err = &Unjudged{code.unjudged}
	default:
		err = s.bounded(ctx, func(ctx context.Context) error { return s.trial.start(ctx, s.Now) })
	}
	if err != nil {
		s.Close(ctx)
		return nil, err
	}
	return s, nil
}

// Unjudged is a module that Envoy may run and this server cannot.
type Unjudged struct{ Why string }

func (u *Unjudged) Error() string { return u.Why }

// Close ends the plugin and frees its instance.
func (s *Session) Close(ctx context.Context) {
	if s.trial.vm != nil {
		s.trial.vm.Close(ctx)
	}
	if s.module != nil {
		s.module.release(ctx)
		s.module = nil
	}
}

// Do sends one exchange through the plugin. The error is a *Refusal if the plugin trapped, after which the session is
// of no more use; the Result says how far it came.
func (s *Session) Do(ctx context.Context, x Exchange) (Result, error) {
	return s.Pass(ctx, x.Request, func(proxywasm.Message) (proxywasm.Answer, error) {
		return proxywasm.Answer{Message: x.Response, There: true}, nil
	})
}

// Pass is Do with a response that upstream makes once the request has passed the plugin. An error of upstream is
// returned as it is.
func (s *Session) Pass(ctx context.Context, request proxywasm.Message, upstream proxywasm.Upstream) (Result, error) {
	s.trial.vm.Log.Reset()
	var r Result
	err := s.bounded(ctx, func(ctx context.Context) error {
		var err error
		if r.Result, err = s.trial.vm.Pass(ctx, request, upstream); err != nil {
			return s.trial.fail(stepOf(err), "", err)
		}
		return nil
	})
	r.Logs = s.trial.vm.Log.Lines()
	s.trial.warnMissed(s.trial.vm.Calls())
	return r, err
}

// Now is what the plugin sees as the time.
func (s *Session) Now() time.Time { return s.clock }

// Advance moves the clock, and rings the plugin's timer as often as it is due, at most 100 times.
func (s *Session) Advance(ctx context.Context, d time.Duration) error {
	s.clock = s.clock.Add(d)
	return s.bounded(ctx, func(ctx context.Context) error {
		return s.trial.tick(s.trial.vm.Tick(ctx))
	})
}

// Logs are the plugin's lines since the last exchange began; before the first one, those of its start.
func (s *Session) Logs() []proxywasm.Line { return s.trial.vm.Log.Lines() }

// SharedData is what the plugin stored, by key. It is the plugin's own map: read only.
func (s *Session) SharedData() map[string][]byte { return s.trial.vm.Shared.Data }

// Metrics are those that the plugin defined, with their current values.
func (s *Session) Metrics() []proxywasm.Metric {
	all := make([]proxywasm.Metric, 0, len(s.trial.vm.Stats.All))
	for _, m := range s.trial.vm.Stats.All {
		all = append(all, *m)
	}
	return all
}

// Doubts lists what the plugin asked for that only a real Envoy can answer, and the calls to upstreams that there are not.
func (s *Session) Doubts() []string {
	return append(slices.Clone(s.trial.warnings[len(s.trial.module.warnings):]), s.trial.vm.Doubts()...)
}

func (s *Session) bounded(parent context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(parent, s.trial.timeout)
	defer cancel()
	err := f(ctx)
	var failed *failure
	switch {
	case parent.Err() != nil:
		return parent.Err()
	case errors.As(err, &failed):
		return failed.Refusal
	}
	return err
}
