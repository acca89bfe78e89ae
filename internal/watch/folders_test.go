package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestFilesInSeveralFolders(t *testing.T) {
	t.Parallel()
	a, b := tempFile(t, "a1"), tempFile(t, "b1")
	f := follow(t, a, b)
	f.next(t, "a1 | b1")
	replace(t, b, "b2")
	f.next(t, "a1 | b2")
	write(t, a, "a2")
	f.next(t, "a2 | b2")
}

func TestFolderComesAndGoes(t *testing.T) {
	t.Parallel()
	changes := map[string]func(t *testing.T, folder string, fill func()){
		"removed, created": func(t *testing.T, folder string, fill func()) {
			must(t, os.RemoveAll(folder))
			time.Sleep(quiet)
			must(t, os.MkdirAll(folder, 0o755))
			fill()
		},
		"removed, created at once": func(t *testing.T, folder string, fill func()) {
			must(t, os.RemoveAll(folder), os.MkdirAll(folder, 0o755))
			fill()
		},
		"with its parent": func(t *testing.T, folder string, fill func()) {
			must(t, os.RemoveAll(filepath.Dir(folder)))
			time.Sleep(quiet)
			must(t, os.MkdirAll(folder, 0o755))
			fill()
		},
		"renamed away": func(t *testing.T, folder string, fill func()) {
			must(t, os.Rename(folder, folder+".old"), os.Mkdir(folder, 0o755))
			fill()
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "parent", "config")
			must(t, os.MkdirAll(folder, 0o755))
			path := filepath.Join(folder, "livefilter.yaml")
			write(t, path, "1")
			f := prepare(t, lenient).run(t, path)
			f.next(t, "1")
			for i := 2; i < 5; i++ { // again: the new folder is watched as well
				text := fmt.Sprint(i)
				change(t, folder, func() { write(t, path, text) })
				f.next(t, text)
				replace(t, path, text+" edited")
				f.next(t, text+" edited")
				must(t, os.RemoveAll(folder+".old"))
			}
		})
	}
}

func TestFolderThatDoesNotExistYet(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "not", "yet", "there")
	path := filepath.Join(folder, "livefilter.yaml")
	f := follow(t, path)
	f.next(t, "<missing>")
	f.settle(t, "<missing>")
	must(t, os.MkdirAll(folder, 0o755))
	write(t, path, "first")
	f.next(t, "first")
	write(t, path, "other")
	f.next(t, "other")
}

func TestSymlinks(t *testing.T) {
	t.Parallel()
	first, other := tempFile(t, "first"), tempFile(t, "other")
	folder := t.TempDir()
	path, hop := filepath.Join(folder, "livefilter.yaml"), filepath.Join(t.TempDir(), "hop")
	must(t, os.Symlink(first, hop), os.Symlink(hop, path))
	f := follow(t, path)
	f.next(t, "first")
	write(t, first, "first edited")
	f.next(t, "first edited")
	must(t, os.Symlink(other, hop+".new"), os.Rename(hop+".new", hop)) // the second link's folder
	f.next(t, "other")
	replace(t, other, "other edited")
	f.next(t, "other edited")
	must(t, os.Remove(other))
	f.next(t, "<missing>")
	must(t, os.Remove(path))
	write(t, path, "a file")
	f.next(t, "a file")
}

// What the kubelet does to a mounted ConfigMap: every file is a symlink into ..data, which is
// a symlink to a folder with the time in its name.
func TestConfigMapSwap(t *testing.T) {
	t.Parallel()
	for _, machine := range machines {
		t.Run(machine.name, func(t *testing.T) {
			t.Parallel()
			volume := t.TempDir()
			old := ""
			publish := func(generation string) {
				now := "..2026_" + generation
				must(t, os.Mkdir(filepath.Join(volume, now), 0o755))
				write(t, filepath.Join(volume, now, "livefilter.yaml"), "config "+generation)
				write(t, filepath.Join(volume, now, "filter.wasm"), "module "+generation)
				must(t, os.Symlink(now, filepath.Join(volume, "..data_tmp")),
					os.Rename(filepath.Join(volume, "..data_tmp"), filepath.Join(volume, "..data")))
				if old != "" {
					must(t, os.RemoveAll(filepath.Join(volume, old)))
				}
				old = now
			}
			publish("0")
			var paths []string
			for _, name := range []string{"livefilter.yaml", "filter.wasm"} {
				paths = append(paths, filepath.Join(volume, name))
				must(t, os.Symlink(filepath.Join("..data", name), filepath.Join(volume, name)))
			}
			f := prepare(t, machine.options...).run(t, paths...)
			f.next(t, "config 0 | module 0")
			for i := 1; i < 20; i++ { // both files or none: no load sees half a swap
				publish(fmt.Sprint(i))
				f.next(t, fmt.Sprintf("config %d | module %d", i, i))
			}
		})
	}
}

func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	must(t, os.Mkdir("config", 0o755))
	write(t, "config/livefilter.yaml", "first")
	f := follow(t, "config/../config/livefilter.yaml")
	f.next(t, "first")
	replace(t, "config/livefilter.yaml", "other")
	f.next(t, "other")
}

func TestLookups(t *testing.T) {
	t.Parallel()
	root, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	must(t, os.MkdirAll(filepath.Join(root, "real/deep"), 0o755),
		os.Symlink("real/deep", filepath.Join(root, "link")),
		os.Symlink("loop", filepath.Join(root, "loop")))
	write(t, filepath.Join(root, "real/deep/file"), "")
	must(t, os.Symlink("../deep/file", filepath.Join(root, "real/deep/up")))
	for path, want := range map[string]string{
		"real/deep/file":      " real/deep:file",
		"link/file":           " .:link real/deep:file",
		"link/up":             " .:link real/deep:up real/deep:file",
		"real/none/file":      " real:none",
		"real/deep/file/file": " real/deep:file",
		"real/./deep/../none": " real:none",
		"real/deep":           " real:deep",
	} {
		got := ""
		lookups(filepath.Join(root, ".")+"/"+path, func(folder, name string) {
			rel, err := filepath.Rel(root, folder)
			must(t, err)
			got += " " + rel + ":" + name
		})
		if got != want {
			t.Errorf("%s:%s, want%s", path, got, want)
		}
	}
	n := 0
	lookups(root+"/loop", func(string, string) { n++ })
	if n == 0 {
		t.Error("a loop is not watched at all")
	}
}
