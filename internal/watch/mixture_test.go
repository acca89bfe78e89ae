package watch

import (
	"os"
	"strings"
	"testing"
	"time"
)

// A file that is absent when another is saved, and stays so whatever is done to it: the other's
// new content is never loaded beside the old one of the file.
func TestNoMixtureWithAnAbsentFile(t *testing.T) {
	t.Parallel()
	type step func(t *testing.T, path string)
	remove := func(t *testing.T, path string) { must(t, os.RemoveAll(path)) }
	empty := func(t *testing.T, path string) { remove(t, path); write(t, path, "") }
	folder := func(t *testing.T, path string) { remove(t, path); must(t, os.Mkdir(path, 0o755)) }
	unreadable := func(t *testing.T, path string) { remove(t, path); must(t, os.Symlink(path, path)) }
	touch := func(t *testing.T, path string) { must(t, os.Chtimes(path, time.Now(), time.Now())) }
	truncate := func(t *testing.T, path string) { must(t, os.Truncate(path, 0)) }
	for name, steps := range map[string][]step{
		"emptied, touched":         {truncate, touch},
		"emptied again and again":  {truncate},
		"empty, created again":     {empty},
		"missing, then a folder":   {remove, folder},
		"missing, then empty":      {remove, empty},
		"unreadable, created anew": {unreadable},
		"one after the other":      {unreadable, empty, folder, remove},
	} {
		for _, machine := range machines {
			t.Run(machine.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				config, keys := tempFile(t, "config"), tempFile(t, "keys")
				f := prepare(t, machine.options...).run(t, config, keys)
				f.next(t, "config | keys")
				steps[0](t, keys)
				replace(t, config, "config 2")
				load := ""
				for i := 1; load == ""; i++ {
					if i > 200 {
						t.Fatal("no load")
					}
					select {
					case load = <-f.loads:
					case <-time.After(grace / 5):
						steps[i%len(steps)](t, keys)
					}
				}
				if !strings.HasPrefix(load, "config 2 | ") || strings.HasSuffix(load, "keys") {
					t.Fatalf("loaded %q", load)
				}
				remove(t, keys)
				write(t, keys, "keys 2")
				for load != "config 2 | keys 2" {
					if load = <-f.loads; strings.HasSuffix(load, "keys") {
						t.Fatalf("loaded %q", load)
					}
				}
			})
		}
	}
}

// A save between two first reads.
func TestSwapDuringFirstLoad(t *testing.T) {
	t.Parallel()
	a, b, swap := swapped(t)
	n := 0
	f := prepare(t).runLoad(t, func(read func(string) ([]byte, error)) string {
		first, _ := read(a)
		if n++; n == 1 {
			swap()
		}
		last, err := read(b)
		return string(first) + " | " + textOf(last, err)
	})
	f.next(t, "1 | <read "+b+": another file has changed meanwhile>")
	f.next(t, "2 | 2")
	f.settle(t, "2 | 2")
}
