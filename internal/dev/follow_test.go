package dev

import (
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/source"
	"github.com/livefilter/livefilter/internal/timeline"
)

type settled struct{ source.Source }

func (settled) Settled() (string, bool) { return "", true }

// After a save that was refused, what is served is saved again: the last word is not the refusal.
func TestASaveThatIsUndone(t *testing.T) {
	out, served, now := &printed{}, true, time.Now()
	edits := []timeline.Edit{{Seen: now, Set: now, Live: now.Add(time.Millisecond)}}
	f := &Follow{
		Edits:  func() []timeline.Edit { return edits },
		Served: func() bool { return served },
		Source: &Patient{Source: settled{}, Builder: NewBuilder(t.TempDir(), nil, NewOut(out))},
		Out:    NewOut(out),
	}
	const mended = "mended: the files are what is served, nothing changes\n"
	for _, step := range []struct {
		served bool
		edit   time.Duration // 0: none
		says   string
	}{
		{true, 0, "live in "},
		{false, 1, ""},
		{true, 0, mended},
		{true, 0, ""}, // once
		{false, 2, ""},
		{true, 0, mended},
	} {
		if step.edit != 0 {
			edits = append(edits, timeline.Edit{Seen: now.Add(step.edit * time.Second), Error: "a.yaml:1:1: no"})
		}
		served = step.served
		before := len(out.String())
		f.look()
		if got := out.String()[before:]; !strings.HasPrefix(got, step.says) || step.says == "" && got != "" {
			t.Errorf("%v: %q", step, got)
		}
	}
}
