package page

import (
	"slices"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/history"
	"github.com/livefilter/livefilter/internal/timeline"
)

// An edit that is in the history alone stands where it was made.
func TestEditsInOrder(t *testing.T) {
	at := func(n int) time.Time { return time.Unix(int64(n), 0) }
	var entries []history.Entry
	for _, n := range []int{5, 4, 3, 2, 1} { // the newest first
		entries = append(entries, history.Entry{N: n, At: at(n), Envoys: 1, Running: 1, Now: n == 5})
	}
	entries[4].At = at(9) // the clock was set back since
	edits := []timeline.Edit{{N: 2, Seen: at(2)}, {Error: "refused", Seen: at(3).Add(1)}, {N: 4, Seen: at(4)}}
	var order []int
	all := withEarlier(edits, entries)
	for _, e := range all {
		order = append(order, e.N)
	}
	if !slices.Equal(order, []int{1, 2, 3, 0, 4, 5}) || all[5].Over || !all[2].Over {
		t.Errorf("%v", order)
	}
}
