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
	f.build = now
	f.Source.Builder.ended = now
	const mended = "mended: the files are what is served, nothing changes\n"
	for _, step := range []struct {
		served bool
		edit   time.Duration // 0: none
		builds bool
		says   string
	}{
		{true, 0, false, "live in "},
		{false, 1, false, ""},
		{true, 0, false, mended},
		{true, 0, false, ""}, // once
		{false, 2, false, ""},
		{true, 0, true, mended}, // the module was gone, and is built again
	} {
		if step.edit != 0 {
			edits = append(edits, timeline.Edit{Seen: now.Add(step.edit * time.Second), Error: "a.yaml:1:1: no"})
		}
		served = step.served
		if step.builds {
			f.Source.Builder.began, f.Source.Builder.ended = now.Add(time.Hour), now.Add(2*time.Hour)
		}
		before := len(out.String())
		f.look()
		if got := out.String()[before:]; !strings.HasPrefix(got, step.says) || step.says == "" && got != "" {
			t.Errorf("%v: %q", step, got)
		}
	}
}
