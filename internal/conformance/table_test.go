package conformance

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	if cases, err := Read("../../filter/testdata"); err != nil || len(cases) < 30 {
		t.Errorf("%d cases, %v", len(cases), err)
	}
	if _, err := Read(t.TempDir()); err == nil {
		t.Error("a folder without a table was read")
	}
}

func TestParse(t *testing.T) {
	const steps = "steps: [{wait: 1500ms}, {status: 404}]"
	for text, want := range map[string]string{
		"[{name: a, config: b, " + steps + "}]":      "",
		"[{name: a, only: envoy, " + steps + "}]":    "",
		"[{name: a, only: emulator, " + steps + "}]": `a: only "emulator": no such host`,
		"[{name: a}]":                       "a: no steps",
		"[{name: a, steps: [{statis: 1}]}]": "statis",
	} {
		cases, err := parse([]byte(text))
		switch {
		case want == "" && (err != nil || !cases[0].Waits()):
			t.Errorf("%s: %v, %v", text, cases, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestAnswer(t *testing.T) {
	s := Step{Response: [][2]string{{"retry-after", "{now+3s}"}, {"x-back", "now+3s"}}}
	now := time.Date(2026, 2, 28, 23, 59, 58, 0, time.FixedZone("", 3600))
	for range 2 { // the step stays as it is
		status, headers := s.Answer(now)
		want := [][2]string{{"retry-after", "Sat, 28 Feb 2026 23:00:01 GMT"}, {"x-back", "now+3s"}}
		if d := cmp.Diff(want, headers); status != 200 || d != "" {
			t.Errorf("%d, -want +got\n%s", status, d)
		}
	}
}
