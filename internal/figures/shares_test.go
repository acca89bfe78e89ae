package figures

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func sharesOf(f *Figures) string {
	var all []string
	for _, s := range f.Shares() {
		all = append(all, fmt.Sprintf("%s %s %s %d", s.Filter, s.Header, s.Value, s.Chosen))
	}
	return strings.Join(all, ", ")
}

// What all Envoys chose in the last minute is added up, by the names of the config.
func TestShares(t *testing.T) {
	f, c := testFigures()
	keys := Pool{"keys", "x-key", []Value{{"0", "number 0"}, {"team-a", "team-a"}}}
	f.Serve(nil, []string{"keys"}, keys)
	const value = "wasmcustom.livefilter.filter.keys.header.x-key.value."
	f.says(t, "a", value+"team-a.chosen=3 "+value+"0.chosen=1 "+value+"9.chosen=7 cluster.eu."+value+"0.chosen=1")
	f.says(t, "b", value+"team-a.chosen=2")
	if got, want := sharesOf(f), "keys x-key number 0 2, keys x-key team-a 5"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	c.pass(window - slot)
	f.says(t, "a", value+"0.chosen=4")
	if got, want := sharesOf(f), "keys x-key number 0 6, keys x-key team-a 5"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	c.pass(slot)
	if got, want := sharesOf(f), "keys x-key number 0 4"; got != want {
		t.Errorf("after a minute: %s, want %s", got, want)
	}
	keys.Values = keys.Values[1:]
	f.Serve(nil, []string{"keys"}, keys)
	if got := sharesOf(f); got != "" || len(f.shares.of) != 0 {
		t.Errorf("of a value that is gone: %s", got)
	}
	c.pass(5 * time.Minute)
	f.says(t, "a", value+"team-a.chosen=1")
	if got, want := sharesOf(f), "keys x-key team-a 1"; got != want {
		t.Errorf("after a pause: %s, want %s", got, want)
	}
}
