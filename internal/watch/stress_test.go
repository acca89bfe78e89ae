package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Two contents, of which every prefix could be taken for a whole one, are written in place in
// small pieces, 200 times. No load sees a piece.
func TestNothingButWholeContents(t *testing.T) {
	t.Parallel()
	whole := map[string]bool{}
	contents := []string{strings.Repeat("a: 1\n", 4_000), strings.Repeat("b: 2\n", 5_000)}
	for _, c := range contents {
		whole[c] = true
	}
	path := tempFile(t, contents[0])
	f := follow(t, path)
	f.next(t, contents[0])
	for i := range 200 {
		rewrite(t, path, contents[(i+1)%2], 97*(1+i%11))
		time.Sleep(time.Duration(i%4) * time.Millisecond) // some saves follow at once, some are loaded first
	}
	f.settle(t, contents[0])
	close(f.loads)
	n := 0
	for got := range f.loads {
		if n++; !whole[got] {
			t.Errorf("load %d got %d bytes, %.20q…", n, len(got), got)
		}
	}
	t.Logf("%d loads of 200 saves", n)
}

// The same with a module of megabytes, and edits of the config by rename meanwhile.
func TestNothingButWholeModules(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	config, module := filepath.Join(folder, "livefilter.yaml"), filepath.Join(folder, "filter.wasm")
	contents := []string{strings.Repeat("\x00asm", 1<<20), strings.Repeat("\x01wasm", 1<<20)}
	write(t, config, "0")
	write(t, module, contents[0])
	f := follow(t, config, module)
	f.next(t, "0 | "+contents[0])
	const saves = 10
	for i := range saves {
		replace(t, config, fmt.Sprint(i+1))
		rewrite(t, module, contents[(i+1)%2], 1<<16)
	}
	f.settle(t, fmt.Sprint(saves, " | ", contents[0]))
	close(f.loads)
	for got := range f.loads {
		_, got, _ = strings.Cut(got, " | ")
		if got != contents[0] && got != contents[1] && !strings.HasSuffix(got, "is open for writing>") {
			t.Errorf("a load got %d bytes of module", len(got))
		}
	}
}

// Without leases as well, when the writer's pauses are shorter than the quiet time, which is
// long here: a machine that stops for a while must not look like the end of a save.
func TestNothingBeforeQuiet(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	f := prepare(t, leaseless, func(f *Files) { f.quiet = 2 * time.Second }).run(t, path)
	f.next(t, "first")
	pieces(t, os.O_TRUNC, path, "a text of several pieces", 10*time.Millisecond)
	f.next(t, "a text of several pieces")
}

// rewrite is a slow writer.
func rewrite(t *testing.T, path, text string, piece int) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	must(t, err)
	for len(text) > 0 {
		n := min(piece, len(text))
		_, err := file.WriteString(text[:n])
		must(t, err)
		text = text[n:]
		runtime.Gosched()
	}
	must(t, file.Close())
}
