//go:build torture

package torture

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/xds"
)

// history is a judge that has seen three states: values a and b, then a broken file.
func history() *judge {
	j := newJudge(newEvents())
	for _, value := range []string{"value-a", "value-b", "value-c"} {
		c := config{agent: &agent{header: "X-Key", values: []string{value}}, upstreams: []upstream{{"u", "h", "1"}}}
		next := content{config: c}
		if value == "value-c" {
			next.broken = "filters: ["
		}
		j.begin(value, next)
		j.done()
	}
	return j
}

func shows(value string) seen {
	return seen{header: map[string]string{"User-Agent": own, "X-Key": value}, upstream: "h:1"}
}

// The judge finds each fault that it is there for, and nothing else.
func TestTheJudgeHasTeeth(t *testing.T) {
	long := time.Now().Add(-2 * settle)
	proven := func(j *judge) { j.fleet[0].claims = []claim{{1, long}} }
	just := func(j *judge) { j.fleet[0].claims = []claim{{1, time.Now()}} }
	answer := func(value string) func(*judge) {
		return func(j *judge) { t := j.asks(0); j.answered(t, t, shows(value)) }
	}
	status := func(st live.Status) func(*judge) {
		return func(j *judge) { j.sampled(st, time.Now(), j.seq()) }
	}
	words := "no"
	for name, tt := range map[string]struct {
		steps []func(*judge)
		want  string // words of the failure
	}{
		"an old value before it is live":   {[]func(*judge){answer("value-a")}, ""},
		"the newest valid value":           {[]func(*judge){proven, answer("value-b")}, ""},
		"an old value after it is live":    {[]func(*judge){proven, answer("value-a")}, "value-a"},
		"and just after that":              {[]func(*judge){just, answer("value-a")}, ""},
		"a value of a broken file":         {[]func(*judge){answer("value-c")}, "value-c"},
		"no filter":                        {[]func(*judge){answer(own)}, own},
		"a mixture":                        {[]func(*judge){func(j *judge) { t := j.asks(0); a := shows("value-a"); a.upstream = "h:2"; j.answered(t, t, a) }}, "h:2"},
		"taken back over a broken file":    {[]func(*judge){proven, answer("value-b"), func(j *judge) { j.serverStarts(0) }, answer("value-a")}, ""},
		"a lost request":                   {[]func(*judge){func(j *judge) { t := j.asks(0); j.lost(t, t, http.StatusServiceUnavailable, nil) }}, "503"},
		"one of an Envoy that was killed":  {[]func(*judge){func(j *judge) { t := j.asks(0); j.kill(0); j.lost(t, t, 0, nil) }}, ""},
		"status: live over a broken file":  {[]func(*judge){status(live.Status{Live: true, Version: "v"})}, "broken"},
		"status: an error":                 {[]func(*judge){status(live.Status{Error: &words, Version: "v"})}, ""},
		"status: live beside an error":     {[]func(*judge){status(live.Status{Live: true, Error: &words})}, "beside"},
		"status: the version of old files": {[]func(*judge){mended, func(j *judge) { j.versions["v"] = j.states[0] }, status(live.Status{Version: "v"})}, "version v"},
		"status: live without an Envoy": {[]func(*judge){mended, status(live.Status{
			Live: true, Version: "v", Nodes: []xds.Node{{ID: nodeIDs[0], Live: true}},
		})}, "without"},
	} {
		j := history()
		for _, step := range tt.steps {
			step(j)
		}
		if got := j.log.failure; (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func mended(j *judge) {
	j.begin("mended", j.states[1].content)
	j.done()
}
