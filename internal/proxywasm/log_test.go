package proxywasm

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestLogKeepsTheLatest(t *testing.T) {
	var l Log
	for i := range maxLines + 3 {
		l.add(Info, fmt.Appendf(nil, "%d", i))
	}
	lines := l.Lines()
	if len(lines) != maxLines || lines[0].Text != "3" || lines[maxLines-1].Text != fmt.Sprint(maxLines+2) || l.Dropped != 3 {
		t.Errorf("%d lines from %q to %q, %d dropped", len(lines), lines[0].Text, lines[len(lines)-1].Text, l.Dropped)
	}
}

func TestLogCutsLines(t *testing.T) {
	var l Log
	l.add(Info, []byte(strings.Repeat("x", maxLineBytes+1)))
	l.add(Info, []byte("a\x1b[31m\xff\tb"))
	if got := l.Lines()[0].Text; len(got) != maxLineBytes+len("…") {
		t.Errorf("a line of %d bytes", len(got))
	}
	if got := l.Lines()[1].Text; got != "a\ufffd[31m\ufffd\tb" {
		t.Errorf("control characters: %q", got)
	}
}

func TestLogWrites(t *testing.T) {
	var l Log
	for _, piece := range []string{"panic: ", "no", " way\n\ngo", "routine"} {
		l.write(Error, []byte(piece))
	}
	l.write(Info, []byte("out"))
	want := []Line{{Error, "panic: no way"}, {Error, ""}, {Info, "out"}, {Error, "goroutine"}}
	if got := l.Lines(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLastWord(t *testing.T) {
	for name, tc := range map[string]struct {
		lines []Line
		want  string
	}{
		"nothing":              {nil, ""},
		"the last line":        {[]Line{{Info, "a"}, {Warn, "b"}}, "b"},
		"the last error":       {[]Line{{Error, "a"}, {Critical, "b"}, {Info, "c"}}, "b"},
		"nothing but nonsense": {[]Line{{Error, "\x00\x00"}, {Info, " \n"}}, ""},
		"a panic of Go":        {[]Line{{Error, "panic: no"}, {Error, "goroutine 1 [running]:"}, {Error, "main.main()"}}, "panic: no"},
		"something else":       {[]Line{{Info, "a"}, {Error, "\x00"}}, "a"},
	} {
		var l Log
		for _, line := range tc.lines {
			l.add(line.Level, []byte(line.Text))
		}
		if got := l.LastWord(); got != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
