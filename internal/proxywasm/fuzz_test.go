package proxywasm

import (
	"testing"

	"github.com/livefilter/livefilter/internal/terminal"
)

// FuzzGRPCTarget: whatever a module says of a service, it is one kind of target, and a name is one that it said.
func FuzzGRPCTarget(f *testing.F) {
	for _, seed := range []string{"", "analytics", "auth", "\x0a\x06\x0a\x04auth", "\x0a\x0c\x0a\x04auth\x12\x04host", "\x12\x00", "\x0a\xff\xff\xff\xff\x0f"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, service []byte) {
		got := grpcTarget(service)
		if kinds := len(got.cluster) > 0; got.none && (kinds || got.named || got.google) || got.google && got.named || len(got.cluster) > len(service) {
			t.Errorf("%+v", got)
		}
	})
}

// FuzzLog: what modules write becomes lines of bounded length and number that play no tricks on a terminal.
func FuzzLog(f *testing.F) {
	f.Add(uint32(2), []byte("panic: x\n\ngoroutine 1 [running]:\n"), []byte("\x1b[31mred\xff"))
	f.Fuzz(func(t *testing.T, level uint32, first, second []byte) {
		var l Log
		l.write(Level(level%2+2), first)
		l.add(Level(level), second)
		l.write(Level(level%2+2), second)
		for _, line := range append(l.Lines(), Line{Text: l.LastWord()}) {
			if len(line.Text) > 3*maxLineBytes+3 {
				t.Errorf("a line of %d bytes", len(line.Text))
			}
			if line.Text != terminal.Text(line.Text) {
				t.Errorf("a terminal obeys %q", line.Text)
			}
		}
		if n := len(l.Lines()); n > maxLines {
			t.Errorf("%d lines", n)
		}
	})
}
