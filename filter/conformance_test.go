package main

import (
	"slices"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/conformance"
)

// TestConformance plays the table in the emulator. e2e plays it on a real Envoy.
func TestConformance(t *testing.T) {
	cases, err := conformance.Read("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if c.Only == conformance.OnlyEnvoy {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			inBoth(t, c.Config, func(t *testing.T, e *emulator) {
				e.start(t)
				if err := c.Play(player{t, e}); err != nil {
					t.Error(err)
				}
				if logs := slices.Concat(e.GetDebugLogs(), e.GetInfoLogs(), e.GetWarnLogs(), e.GetErrorLogs()); len(logs) > 0 {
					t.Errorf("traffic is logged: %q", logs)
				}
			})
		})
	}
}

// player plays the table in an emulator.
type player struct {
	t *testing.T
	e *emulator
}

func (p player) Wait(d time.Duration) { p.e.wait(d) }

func (p player) Edit(config string) {
	p.e.setConfig(p.t, config)
	p.e.start(p.t)
}

func (p player) Exchange(s conformance.Step) (upstream, downstream conformance.Headers) {
	id := p.e.request(s.Request)
	status, headers := s.Answer(p.e.now())
	reply := p.e.GetSentLocalResponse(id)
	switch {
	case reply != nil != (s.Details == conformance.AllOut) || reply != nil && int(reply.StatusCode) != status:
		p.t.Fatalf("the filter answers %+v, want details %q", reply, s.Details)
	case reply != nil:
		headers = reply.Headers
	default:
		upstream = seen(p.e.GetCurrentRequestHeaders(id))
	}
	p.e.respond(p.t, id, status, s.Details, headers, s.Trailers...)
	return upstream, seen(p.e.GetCurrentResponseHeaders(id))
}

func seen(headers [][2]string) conformance.Headers {
	return func(name string) []string { return values(headers, name) }
}

// step is a step outside the table.
type step conformance.Step

func (s step) play(t *testing.T, e *emulator, number int) {
	t.Helper()
	if err := conformance.Step(s).Play(player{t, e}); err != nil {
		t.Fatalf("step %d: %v", number, err)
	}
}
