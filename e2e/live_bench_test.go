package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"
)

// reloads is how often Envoy has taken a new config of the filter.
const reloads = "extension_config_discovery.http_filter.my-wasm-filter.config_reload"

// BenchmarkSaveToLive edits a header value b.N times, by turns in place and by rename, and
// reports how long it took from before the save until a response shows the new value, on a
// connection that stays open and on new ones. Envoy's own count of filter configs taken is
// the witness. Beside each edit the same one reaches another Envoy from the floor: the ratio
// is what livefilter's way from the file to the wire costs. Run it with -benchtime 200x;
// bench/live.sh does.
func BenchmarkSaveToLive(b *testing.B) {
	s := newStack(b)
	s.startServer()
	s.startEnvoy()
	s.live()
	f := newFloor(b)
	ours, floors := newProbe(b, s), newProbe(b, f.stack)
	before := s.counter(reloads)

	for i := 0; b.Loop(); i++ {
		want := fmt.Sprintf("value-%d", i)
		s.cfg.Filters = fmt.Sprintf(userAgent, want)
		text := s.text()
		ours.edit(b, want, func() {
			if i%2 == 0 {
				must(b, os.WriteFile(s.configPath(), []byte(text), 0o600))
			} else {
				s.write(text)
			}
		})
		floors.edit(b, want, f.edit(b, want))
	}
	b.ReportMetric(0, "ns/op") // the pauses are in it
	ours.report(b, "")
	floors.report(b, "floor-")
	b.ReportMetric(float64(median(ours.open))/float64(median(floors.open)), "open-median-to-floor")
	b.ReportMetric(float64(median(ours.fresh))/float64(median(floors.fresh)), "new-median-to-floor")
	b.ReportMetric(float64(s.counter(reloads)-before), "applied")
}

// probe asks an Envoy on a connection that stays open and on new ones.
type probe struct {
	port        int
	kept, once  *client
	open, fresh []time.Duration
}

func newProbe(b *testing.B, s *stack) *probe {
	p := &probe{port: s.cfg.Port, kept: newClient(b), once: newClient(b)}
	p.once.http.Transport.(*http.Transport).DisableKeepAlives = true
	p.kept.mustGet(b, p.port)
	return p
}

// edit takes the times from before save until want is seen.
func (p *probe) edit(b *testing.B, want string, save func()) {
	time.Sleep(20 * time.Millisecond) // let the edit before come to rest
	start := time.Now()
	save()
	seenNew := make(chan time.Duration)
	go func() { seenNew <- untilSeen(b, p.once, p.port, want, start) }()
	p.open = append(p.open, untilSeen(b, p.kept, p.port, want, start))
	p.fresh = append(p.fresh, <-seenNew)
}

func (p *probe) report(b *testing.B, name string) {
	report(b, name+"open", p.open)
	report(b, name+"new", p.fresh)
}

func untilSeen(b *testing.B, c *client, port int, want string, start time.Time) time.Duration {
	for {
		a, err := c.get(context.Background(), port)
		if err != nil {
			b.Error(err)
		}
		if took := time.Since(start); a.userAgent() == want || took > patience {
			return took
		}
		time.Sleep(500 * time.Microsecond) // about 1,000 requests a second: without it the probes starve the rest
	}
}

func median(took []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(took))[len(took)/2]
}

func report(b *testing.B, name string, took []time.Duration) {
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(took[len(took)/2]), name+"-median-ms")
	b.ReportMetric(ms(took[len(took)*99/100]), name+"-p99-ms")
	b.ReportMetric(ms(took[len(took)-1]), name+"-max-ms")
}
