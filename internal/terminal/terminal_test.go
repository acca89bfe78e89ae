package terminal_test

import (
	"testing"

	"github.com/livefilter/livefilter/internal/terminal"
)

func TestText(t *testing.T) {
	const words = "line 1\n\tline 2 \x1b]0;owned\x07 \u009b1m\u202egnihton\r\x00\u00a0\xff 'ü'"
	if got, want := terminal.Text(words), "line 1\n\tline 2 \ufffd]0;owned\ufffd \ufffd1m\ufffdgnihton\ufffd\ufffd\ufffd\ufffd 'ü'"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLine(t *testing.T) {
	if got, want := terminal.Line("line 1\n\tline 2 \x1b[2Jü\u202e\xff", '?'), "line 1??line 2 ?[2Jü?\ufffd"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
