package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/uaecho"
)

// outCommand runs `xds-server out`.
func (s *stack) outCommand(flags ...string) string {
	s.t.Helper()
	cmd := exec.Command(xdsServer, append([]string{"out", "--admin-address", s.admin}, flags...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("%v: %s", err, stderr.String())
	}
	return string(out)
}

// outIs waits until what the Envoy says is out is that: values with "forever", "due" or "out".
func (s *stack) outIs(what string, want ...string) {
	s.t.Helper()
	var got []string
	defer func() {
		if s.t.Failed() {
			s.t.Logf("out: %q\n%s", got, s.stats("out_until"))
		}
	}()
	eventually(s.t, what, func() bool {
		var all []live.Out
		must(s.t, json.Unmarshal([]byte(s.outCommand("--json")), &all))
		got = nil
		for _, v := range all[0].Values {
			state := "out"
			switch {
			case v.Forever:
				state = "forever"
			case v.Due:
				state = "due"
			}
			got = append(got, v.Header+" "+v.Value+" "+state)
		}
		return all[0].Heard != nil && slices.Equal(got, want)
	})
}

// What is out, and until when, is listed by alias, from the listener's chain and from the cluster's, and follows trials
// and edits.
func TestOut(t *testing.T) {
	for name, retry := range map[string]string{"in the listener": "", "in the cluster": "\n    retry: {on: [500], tries: 1}"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			u := &moodyKeys{}
			s.upstreamIs(u)
			s.flush = "1s"
			const keys = `  - name: my.keys
    headers:
      - {name: X-Key, values: [%], evict: {on: [429], for: FOR, forever: [401]}}`
			config := func(values, period string) {
				s.cfg.Filters = strings.NewReplacer("%", values, "FOR", period).Replace(keys) + retry
				s.save()
			}
			config("{value: spent, as: team-a}, gone, good", "1h")
			s.startServer()
			s.startEnvoy()
			s.live()
			s.outIs("nothing is out")
			if got := s.outCommand(); !strings.Contains(got, "nothing was out") {
				t.Error(got)
			}
			get := func() {
				c := newClient(t)
				for range 60 { // each value comes
					_, _ = c.get(t.Context(), s.cfg.Port)
				}
			}
			get()
			s.outIs("two are", "x-key team-a out", "x-key number 1 forever")
			if got := s.outCommand(); !strings.Contains(got, "2 out") || !strings.Contains(got, "team-a    until ") ||
				!strings.Contains(got, " for 5") || !strings.Contains(got, "number 1  until the filter is edited") {
				t.Error(got)
			}
			config("good, gone, {value: spent, as: team-b}", "1h")
			s.live()
			s.outIs("after an edit", "x-key number 1 due", "x-key team-b out")
			u.allow()
			config("gone, {value: spent, as: team-b}, good", "1h")
			s.live()
			get()
			s.outIs("after a trial that went well", "x-key team-b out")
		})
	}
}

// moodyKeys is an upstream that refuses two keys, one until allow is called.
type moodyKeys struct{ allowed atomic.Bool }

func (u *moodyKeys) allow() { u.allowed.Store(true) }

func (u *moodyKeys) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch key := r.Header.Get("X-Key"); {
	case key == "spent":
		w.WriteHeader(http.StatusTooManyRequests)
	case key == "gone" && !u.allowed.Load():
		w.WriteHeader(http.StatusUnauthorized)
	default:
		uaecho.Handler().ServeHTTP(w, r)
	}
}
