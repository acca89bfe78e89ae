package lastgood

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// change is one change of the disk, and which configs may be there if the power goes before it.
type change struct {
	what, name string
	data       []byte // what a write wrote
	failed     bool
	allowed    []*Config
}

// film records the changes that saves make. The fail-th of all fails with EIO, none if -1.
func film(t *testing.T, d *Dir, fail int, saves ...Config) (changes []change, allowed []*Config) {
	t.Helper()
	start, err := d.Load()
	must(t, err)
	allowed = []*Config{start}
	d.before = func(what, name string) error {
		c := change{what: what, name: name, failed: len(changes) == fail, allowed: slices.Clone(allowed)}
		if what == "sync" && name == newName {
			data, err := os.ReadFile(filepath.Join(d.path, newName))
			must(t, err)
			changes[len(changes)-1].data = data
		}
		changes = append(changes, c)
		if c.failed {
			return syscall.EIO
		}
		return nil
	}
	for _, c := range saves {
		allowed = append(allowed, &c)
		if d.Save(c) == nil {
			allowed = []*Config{&c}
		}
	}
	d.before = nil
	return changes, allowed
}

// inode is a file's content, of which a power cut leaves anything unless it was synced.
type inode struct {
	data   []byte
	synced bool
}

// cuts calls found with every folder that a power cut after changes can leave, by the rules of
// POSIX and nothing more: what fsync had not returned for is there or is not, each rename
// and removal by itself, and contents by halves.
func cuts(before map[string][]byte, changes []change, found func(map[string][]byte)) {
	disk, live := map[string]*inode{}, map[string]*inode{}
	for name, data := range before {
		disk[name] = &inode{data, true}
	}
	maps.Copy(live, disk)
	var pending []func(map[string]*inode) // changes of the folder since it was synced
	for _, c := range changes {
		switch node := live[newName]; {
		case c.failed: // an EIO from fsync promises nothing
		case c.what == "create":
			made := &inode{}
			live[newName] = made
			pending = append(pending, func(f map[string]*inode) { f[newName] = made })
		case c.what == "write":
			node.data = c.data
		case c.what == "sync" && c.name == newName:
			node.synced = true
		case c.what == "rename":
			delete(live, newName)
			live[c.name] = node
			pending = append(pending, func(f map[string]*inode) { delete(f, newName); f[c.name] = node })
		case c.what == "remove" && live[c.name] != nil:
			delete(live, c.name)
			pending = append(pending, func(f map[string]*inode) { delete(f, c.name) })
		case c.what == "sync":
			maps.Copy(disk, live)
			maps.DeleteFunc(disk, func(name string, _ *inode) bool { return live[name] == nil })
			pending = nil
		}
	}
	for kept := range 1 << len(pending) {
		folder := maps.Clone(disk)
		for i, do := range pending {
			if kept>>i&1 == 1 {
				do(folder)
			}
		}
		for part := range 3 { // of what was not synced: nothing, a half, all
			files := map[string][]byte{}
			for name, node := range folder {
				files[name] = node.data
				if !node.synced {
					files[name] = node.data[:len(node.data)*part/2]
				}
			}
			found(files)
		}
	}
}

// The power goes before each change of some saves in a row, one of which meets an error.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	version := func(v string, contents ...string) Config {
		c := Config{File: contents[0], Version: v, Saved: older.Saved, Contents: map[string][]byte{}}
		for _, text := range contents {
			c.Contents[text] = []byte("content " + text)
		}
		return c
	}
	first, second, third := version("1", "a", "module"), version("2", "b", "c", "module"), version("3", "a", "c")
	powerCuts(t, func() *Dir { d := take(t, t.TempDir()); must(t, d.Save(first)); return d }, second, third, first)
}

// The same where an earlier release was.
func TestPowerCutInTheTakeover(t *testing.T) {
	t.Parallel()
	powerCuts(t, func() *Dir { return inherit(t) }, newer)
}

func powerCuts(t *testing.T, start func() *Dir, saves ...Config) {
	t.Helper()
	seen, states := map[string]bool{}, 0
	for fail := -1; ; fail++ {
		d := start()
		before := map[string][]byte{}
		names, err := os.ReadDir(d.path)
		must(t, err)
		for _, e := range names {
			before[e.Name()], err = os.ReadFile(filepath.Join(d.path, e.Name()))
			must(t, err)
		}
		changes, after := film(t, d, fail, saves...)
		must(t, d.Close())
		if fail >= len(changes) {
			break
		}
		for n := range len(changes) + 1 {
			allowed := after
			if n < len(changes) {
				allowed = changes[n].allowed
			}
			cuts(before, changes[:n], func(files map[string][]byte) {
				states++
				key := fmt.Sprintf("%q %q", files, versions(allowed))
				if seen[key] {
					return
				}
				seen[key] = true
				got, err := rebuilt(t, files).Load()
				if err != nil || !slices.ContainsFunc(allowed, func(c *Config) bool { return reflect.DeepEqual(c, got) }) {
					var told strings.Builder
					for _, c := range changes[:n] {
						fmt.Fprintf(&told, "\n%s %s, failed: %v", c.what, c.name, c.failed)
					}
					t.Fatalf("power cut after%s\nleaves %q\ngot %+v, %v", &told, slices.Sorted(maps.Keys(files)), got, err)
				}
			})
		}
	}
	t.Logf("%d states, %d of them different", states, len(seen))
	if len(seen) < 50 {
		t.Error("too few to mean anything")
	}
}

func versions(configs []*Config) (list []string) {
	for _, c := range configs {
		list = append(list, c.Version)
	}
	return list
}

// rebuilt is a folder with the files.
func rebuilt(t *testing.T, files map[string][]byte) *Dir {
	t.Helper()
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	must(t, err)
	t.Cleanup(func() { root.Close() })
	for name, data := range files {
		write(t, filepath.Join(folder, name), data)
	}
	return &Dir{path: folder, root: root}
}
