package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/livefilter/livefilter/internal/history"
	"github.com/livefilter/livefilter/internal/timeline"
	"github.com/livefilter/livefilter/internal/xds"
)

const (
	maxEdits   = 10
	maxAnswers = 50 // of an edit
	maxChanges = 10 // of an edit
)

// edit is one that was made, and what became of it.
type edit struct {
	timeline.Edit
	State   string // "served", "live" or "refused"
	Above   bool   // its error is that of the file
	Outcome string
	Origin  string   // which config of the history it is, and where it comes from
	Lines   []string // what it changed
	Answers []answer // those that one wants to see first
	// MoreLines and More are not among them.
	MoreLines, More int
}

// Key tells one edit from another.
func (e edit) Key() string { return e.Seen.UTC().Format(time.RFC3339Nano) }

// answer is how an Envoy took a part of an edit.
type answer struct{ Node, Type, Words string }

// editsOf are the latest edits, the newest first.
// The error that the file has now is shown elsewhere.
func editsOf(edits []timeline.Edit, now *string) (all []edit) {
	for _, e := range slices.Backward(edits) {
		if len(all) == maxEdits {
			break
		}
		one := edit{Edit: e, Above: len(all) == 0 && now != nil && e.Error == *now}
		one.State, one.Outcome = outcome(e)
		one.Origin = fmt.Sprintf("config %d · %s ·", e.N, e.From)
		one.Lines = changes(e.Changes)
		one.MoreLines = max(0, len(one.Lines)-maxChanges)
		one.Lines = one.Lines[:len(one.Lines)-one.MoreLines]
		one.answers()
		all = append(all, one)
	}
	return all
}

// changes are lines with the details of each, which follow it indented.
func changes(lines []string) (all []string) {
	for _, line := range lines {
		if detail := strings.HasPrefix(line, " "); detail && len(all) > 0 {
			all[len(all)-1] += "\n" + line
		} else {
			all = append(all, line)
		}
	}
	return all
}

// withEarlier puts before the edits of this process what the history has of earlier ones, the newest first, and among them
// those of clients alone, which only the history has.
func withEarlier(edits []timeline.Edit, entries []history.Entry) []timeline.Edit {
	known, first := map[int]bool{}, math.MaxInt
	for _, e := range edits {
		if known[e.N] = true; e.N != 0 {
			first = min(first, e.N)
		}
	}
	var earlier []timeline.Edit // whose clock may have been another one
	all := slices.Clone(edits)
	for _, e := range slices.Backward(entries) {
		if known[e.N] {
			continue
		}
		into := &all
		if e.N < first {
			into = &earlier
		}
		*into = append(*into, timeline.Edit{
			Saved: e.At, Seen: e.At, N: e.N, From: e.From, Version: e.Version, Changes: e.Changes,
			Live: e.Live, Envoys: e.Envoys, Running: e.Running, Refused: e.Refused, Over: !e.Now,
		})
	}
	slices.SortStableFunc(all, func(a, b timeline.Edit) int { return a.Seen.Compare(b.Seen) })
	return append(earlier, all...)
}

func outcome(e timeline.Edit) (state, words string) {
	switch {
	case e.Error != "":
		return "refused", "refused"
	case !e.Live.IsZero():
		return "live", "live after " + took(e.Live.Sub(e.Saved))
	case e.Envoys == 0:
		return "served", "no Envoy was connected"
	}
	words = fmt.Sprintf("on %d of %s", e.Running, count(e.Envoys, "Envoy"))
	if e.Over {
		words += " when the next edit came"
	}
	if e.Refused > 0 {
		return "refused", words + ", NACKed by Envoy"
	}
	return "served", words
}

// answers puts NACKs and silence first, then the slowest.
func (e *edit) answers() {
	of := slices.Clone(e.Edit.Answers)
	slices.SortStableFunc(of, func(a, b *timeline.Answer) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.Acked.Compare(a.Acked))
	})
	e.More = max(0, len(of)-maxAnswers)
	for _, a := range of[:len(of)-e.More] {
		words := "acknowledged after " + took(a.Acked.Sub(e.Saved))
		switch rank(a) {
		case 0:
			words = "NACKed"
		case 1:
			words = "not answered yet"
		}
		if a.Tries > 1 {
			words += fmt.Sprintf(" (try %d)", a.Tries)
		}
		e.Answers = append(e.Answers, answer{a.Node, xds.ShortType(a.TypeURL), words})
	}
}

func rank(a *timeline.Answer) int {
	switch {
	case a.Refused:
		return 0
	case a.Acked.IsZero():
		return 1
	}
	return 2
}

// took is how long something took, with as many digits as anybody reads.
func took(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < 10*time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
