package duration

import (
	"strings"
	"testing"
	"time"
)

const limit = 24 * time.Hour

// FuzzParse compares with time.ParseDuration, which also knows signs and µs, and rounds less.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"1m", "1h30m", "1.5s", "90ms", ".5h", "1.", "1", "", "s", "1x", "100000h", "0.0000001s", "1us1ns"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := Parse(text, limit)
		want, err := time.ParseDuration(text)
		switch {
		case ok != (err == nil):
			overflow := err != nil && ok && got == limit+1
			if !overflow && !strings.ContainsAny(text, "+-µμ") && text != "0" {
				t.Errorf("%q: %v, time says %v", text, ok, err)
			}
		case ok && want > limit:
			if got != limit+1 {
				t.Errorf("%q: %v, want more than the limit", text, got)
			}
		case ok && (want-got).Abs() > 20*time.Duration(strings.Count(text, ".")):
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	})
}
