package watch

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Three files that are changed in any way and order, of which the config names none, one or both
// others: no load that could be served is of files that were never there together.
func TestNoMixture(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 0))
			folder := t.TempDir()
			names := []string{"config", "keys", "module"}
			paths, now := map[string]string{}, map[string]string{}
			for _, name := range names {
				paths[name], now[name] = filepath.Join(folder, name), name+" keys module"
				write(t, paths[name], now[name])
			}
			was := []map[string]string{maps.Clone(now)} // each state that the disk was in; <> is no content
			f := prepare(t, func(f *Files) { f.grace, f.patience = 5*time.Millisecond, 10*time.Millisecond })
			loads := make(chan map[string]string, 100_000)
			f.runLoad(t, func(read func(string) ([]byte, error)) string {
				got := map[string]string{}
				for _, name := range names {
					if name == "config" || strings.Contains(got["config"], name) {
						data, err := read(paths[name])
						got[name] = textOf(data, err)
					}
				}
				loads <- got
				return fmt.Sprint(got)
			})
			step := func(name, text string, do ...error) {
				t.Helper()
				must(t, do...)
				now[name] = text
				was = append(was, maps.Clone(now))
			}
			for i := range 300 {
				name := names[random.IntN(len(names))]
				path, text := paths[name], fmt.Sprint(name, i, []string{"", " keys", " module", " keys module"}[random.IntN(4)])
				if info, err := os.Stat(path); err == nil && info.IsDir() {
					step(name, "<>", os.Remove(path))
				}
				switch random.IntN(6) {
				case 0:
					step(name, "<>", os.RemoveAll(path))
				case 1:
					step(name, "<>", os.RemoveAll(path), os.Mkdir(path, 0o755))
				case 2:
					step(name, "", os.WriteFile(path, nil, 0o644))
				case 3:
					_ = os.Chtimes(path, time.Now(), time.Now())
				case 4:
					replace(t, path, text)
					step(name, text)
				case 5:
					if now[name] == "<>" {
						step(name, "") // for a moment nobody has it open: the kernel creates it first
					}
					finish := hold(t, path, text)
					time.Sleep(time.Duration(random.IntN(15)) * time.Millisecond)
					finish()
					step(name, text)
				}
				time.Sleep(time.Duration(random.IntN(8)) * time.Millisecond)
			}
			for _, name := range names {
				step(name, "", os.RemoveAll(paths[name])) // the same
				write(t, paths[name], name+" keys module, the last")
				step(name, name+" keys module, the last")
			}
			f.settle(t, fmt.Sprint(now))
			close(loads)
			n, refused := 0, 0
			for got := range loads {
				if n++; strings.Contains(fmt.Sprint(got), "<") {
					refused++
				} else if !slices.ContainsFunc(was, func(state map[string]string) bool {
					for name := range got {
						if got[name] != state[name] {
							return false
						}
					}
					return true
				}) {
					t.Errorf("load %d was never on disk: %q", n, got)
				}
			}
			t.Logf("%d loads, %d of them with an error", n, refused)
		})
	}
}
