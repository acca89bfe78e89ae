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
// the witness. Run it with -benchtime 200x; bench/live.sh does.
func BenchmarkSaveToLive(b *testing.B) {
	s := newStack(b)
	s.startServer()
	s.startEnvoy()
	s.live()
	kept, fresh := newClient(b), newClient(b)
	fresh.http.Transport.(*http.Transport).DisableKeepAlives = true
	kept.mustGet(b, s.cfg.Port)
	before := s.counter(reloads)

	var onOpen, onNew []time.Duration
	for i := 0; b.Loop(); i++ {
		want := fmt.Sprintf("value-%d", i)
		s.cfg.Filters = fmt.Sprintf(userAgent, want)
		text := s.text()
		time.Sleep(20 * time.Millisecond) // let the edit before come to rest
		start := time.Now()
		if i%2 == 0 {
			must(b, os.WriteFile(s.configPath(), []byte(text), 0o600))
		} else {
			s.write(text)
		}
		seenNew := make(chan time.Duration)
		go func() { seenNew <- untilSeen(b, fresh, s.cfg.Port, want, start) }()
		onOpen = append(onOpen, untilSeen(b, kept, s.cfg.Port, want, start))
		onNew = append(onNew, <-seenNew)
	}
	b.ReportMetric(0, "ns/op") // the pauses are in it
	report(b, "open", onOpen)
	report(b, "new", onNew)
	b.ReportMetric(float64(s.counter(reloads)-before), "applied")
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

func report(b *testing.B, name string, took []time.Duration) {
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(took[len(took)/2]), name+"-median-ms")
	b.ReportMetric(ms(took[len(took)*99/100]), name+"-p99-ms")
	b.ReportMetric(ms(took[len(took)-1]), name+"-max-ms")
}
