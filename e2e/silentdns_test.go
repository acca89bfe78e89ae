package e2e

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// soon is the bound for what one silent name may cost the others: several times what it does
// cost, and less than the minute for which Envoy asks.
const soon = 30 * time.Second

// silent is a wire with three upstreams, and an Envoy whose DNS knows the first two.
type silent struct {
	*wire
	backends []*backend
	speaks   atomic.Bool // it knows the third one too
}

func silentDNS(t *testing.T) *silent {
	s := newStack(t)
	d := &silent{backends: s.newBackends("a", "b", "c")}
	for _, b := range d.backends {
		b.host = b.name + ".example"
	}
	s.useDNS(dnsServer(t, 0, func(name string) bool { return name != "c.example" || d.speaks.Load() }))
	d.wire = s.startWire()
	return d
}

// serve makes the backends those that are served.
func (d *silent) serve(backends ...*backend) {
	d.s.write(d.s.balanced("", backends...))
	d.set(whole)
}

// within waits until ok, and fails where that took too long.
func (d *silent) within(what string, ok func() bool) {
	d.s.t.Helper()
	began := time.Now()
	eventually(d.s.t, what, ok)
	took := time.Since(began)
	d.s.t.Logf("%s: after %s", what, took.Round(100*time.Millisecond))
	if took > soon {
		d.s.t.Errorf("%s: it took %s", what, took)
	}
}

func (d *silent) live() bool { return d.Fleet().Live }

// takes is whether a request reaches the backend.
func (d *silent) takes(b *backend) func() bool {
	return func() bool {
		a, err := newClient(d.s.t).get(d.s.t.Context(), d.s.cfg.Port)
		return err == nil && a.header.Get("X-Backend") == b.name
	}
}

// names is whether the status names the upstream that is not answered, and no other.
func (d *silent) names(upstream string) func() bool {
	return func() bool {
		f := d.Fleet()
		if f.Live || len(f.Nodes) != 1 {
			return false
		}
		for _, r := range f.Nodes[0].Resources {
			if r.Error != nil && strings.Contains(*r.Error, "upstream "+upstream+" still resolves, for ") && slices.Equal(r.Names, []string{upstream}) {
				return true
			}
		}
		return false
	}
}

func silentInBoth(t *testing.T, test func(t *testing.T, d *silent, flags []string)) {
	for name, flags := range map[string][]string{"delta": nil, "sotw": {"--sotw"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, silentDNS(t), flags)
		})
	}
}

// An upstream whose name nobody answers for holds back neither the good one that came with it
// nor the edit that takes it out, and is there once DNS answers.
func TestSilentUpstream(t *testing.T) {
	silentInBoth(t, func(t *testing.T, d *silent, flags []string) {
		a, b, c := d.backends[0], d.backends[1], d.backends[2]
		d.serve(a)
		d.s.startEnvoy(flags...)
		eventually(t, "live", d.live)
		stop := traffic(t, d.s.cfg.Port)
		d.serve(a, b, c)
		d.within("the good one takes requests", d.takes(b))
		d.within("the silent one is named", d.names("c"))
		d.serve(a, b)
		d.within("without the silent one it is live", d.live)
		d.serve(c, b, a)
		d.within("the silent one is named", d.names("c"))
		d.speaks.Store(true)
		eventually(t, "with an answer it is live", d.live)
		d.s.reached(100, d.backends)
		stop()
	})
}

// An upstream that gets a name that nobody answers for goes on with the one it had.
func TestSilentChange(t *testing.T) {
	silentInBoth(t, func(t *testing.T, d *silent, flags []string) {
		a, b := d.backends[0], d.backends[1]
		d.serve(a, b)
		d.s.startEnvoy(flags...)
		eventually(t, "live", d.live)
		stop := traffic(t, d.s.cfg.Port)
		b.host = "c.example"
		d.serve(a, b)
		d.within("the silent one is named", d.names("b"))
		b.answers(0)
		eventually(t, "the old one takes requests for some tries", func() bool {
			if d.live() {
				t.Fatal("live, without an answer")
			}
			return b.lasted() > 12*time.Second
		})
		d.speaks.Store(true)
		eventually(t, "with an answer it is live", d.live)
		d.s.reached(100, d.backends[:2])
		stop()
	})
}

// An Envoy that starts beside a silent name opens its port with the others.
func TestSilentStart(t *testing.T) {
	silentInBoth(t, func(t *testing.T, d *silent, flags []string) {
		d.serve(d.backends[2], d.backends[0], d.backends[1])
		d.s.startEnvoy(flags...)
		d.within("the port answers", func() bool { return d.takes(d.backends[0])() || d.takes(d.backends[1])() })
		stop := traffic(t, d.s.cfg.Port)
		d.s.reached(100, d.backends[:2])
		d.within("the silent one is named", d.names("c"))
		d.speaks.Store(true)
		eventually(t, "with an answer it is live", d.live)
		d.s.reached(100, d.backends)
		stop()
	})
}

// Who waits for an upstream that still resolves is told which it is, at once and later.
func TestStatusNamesTheSilentUpstream(t *testing.T) {
	s := newStack(t)
	backends := s.newBackends("a", "b", "c")
	for _, b := range backends {
		b.host = b.name + ".example"
	}
	s.useDNS(dnsServer(t, 0, func(name string) bool { return name != "c.example" }))
	s.write(s.balanced("", backends...))
	s.startServer()
	s.startEnvoy()
	for _, want := range []string{"upstream c still resolves", "upstream c still resolves, for 1"} { // 10 s or more
		eventually(t, want, func() bool {
			out, err, code := s.statusCommand("--wait", "--timeout", "1s")
			if code != 1 {
				t.Fatalf("exit %d: %s", code, out)
			}
			return strings.Contains(out, want) && strings.Contains(err, "not live after 1s: ") && strings.Contains(err, want)
		})
	}
}
