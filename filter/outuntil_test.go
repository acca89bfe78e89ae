package main

import (
	"strings"
	"testing"
	"time"
)

// TestOutUntil: a gauge says until when a value is out, and follows it where an edit puts it.
func TestOutUntil(t *testing.T) {
	config := `{"name":"keys","headers":[{"name":"x-key","values":["a","b"],"evict":{"on":[429],"for":"10s","forever":[401]}}]}`
	inBoth(t, config, func(t *testing.T, e *emulator) {
		gauge := func(value string) uint64 {
			got, _ := e.GetGaugeMetric("livefilter.filter.keys.header.x-key.value." + value + ".out_until")
			return got
		}
		e.start(t)
		carry := func(value string, status int) {
			t.Helper()
			for range 100 {
				id := e.request(nil)
				if values(e.GetCurrentRequestHeaders(id), "x-key")[0] == value {
					e.respond(t, id, status, "", nil)
					return
				}
			}
			t.Fatalf("%s never came", value)
		}
		if gauge("0") != 0 || gauge("1") != 0 {
			t.Errorf("out at the start: %d, %d", gauge("0"), gauge("1"))
		}
		carry("b", 429)
		back := uint64(e.now().Unix()) + 10
		if got := gauge("1"); got < back || got > back+1 {
			t.Errorf("out until %d, want %d", got, back)
		}
		e.setConfig(t, strings.Replace(config, `"a","b"`, `"b","c"`, 1))
		e.start(t)
		if got := gauge("0"); gauge("1") != 0 || got < back || got > back+1 {
			t.Errorf("after an edit: %d, %d", got, gauge("1"))
		}
		e.wait(11 * time.Second)
		carry("b", 200)
		if gauge("0") != 0 {
			t.Errorf("back, and still out until %d", gauge("0"))
		}
		carry("b", 401)
		if got := gauge("0"); got != 9999999999 {
			t.Errorf("out forever: %d", got)
		}
		e.setConfig(t, strings.Replace(config, `"a","b"`, `"b","d"`, 1))
		e.start(t)
		if got, now := gauge("0"), uint64(e.now().Unix()); got < now || got > now+12 {
			t.Errorf("after an edit that lets it try again: %d at %d", got, now)
		}
		carry("b", 200)
		if gauge("0") != 0 {
			t.Errorf("back, and still out until %d", gauge("0"))
		}
		carry("d", 429)
		e.setConfig(t, `{"name":"keys","headers":[{"name":"x-key","values":["b","d"]}]}`)
		e.start(t)
		if gauge("1") != 0 {
			t.Errorf("nothing evicts any more, and out until %d", gauge("1"))
		}
	})
}
