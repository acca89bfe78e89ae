package lastgood

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A folder that others use too stays as they left it, whatever names they chose.
func TestForeignFilesAreNotTouched(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	number := strings.Repeat("1", 10)
	theirs := []string{"manifest.json", "lock", "livefilter.yaml", "livefilter-new.yaml", prefix + "notes", prefix + number + "1", "x" + prefix + number,
		prefix1 + "notes", prefix1 + strings.Repeat("F", 64), strings.Repeat("f", 64), "configs/" + prefix + number}
	must(t, os.Mkdir(filepath.Join(folder, "configs"), 0o755), os.Mkdir(filepath.Join(folder, prefix1+strings.Repeat("a", 64)), 0o755),
		os.Mkdir(filepath.Join(folder, prefix+"0000000000"), 0o755))
	for _, name := range theirs {
		write(t, filepath.Join(folder, name), []byte(name))
	}
	d := take(t, folder)
	must(t, d.Save(older), d.Save(newer))
	for _, name := range theirs {
		if data, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(data) != name {
			t.Errorf("%s: %q, %v", name, data, err)
		}
	}
	if rest := litter(t, d); len(rest) != len(theirs)+2 {
		t.Errorf("in the folder: %q", rest)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	write(t, file, []byte("x"))
	links := filepath.Join(folder, "links")
	must(t, os.Mkdir(links, 0o700), os.Symlink(file, filepath.Join(links, lockName)))
	inside := filepath.Join(folder, "inside")
	must(t, os.Mkdir(inside, 0o700), os.Symlink("precious", filepath.Join(inside, lockName)))
	write(t, filepath.Join(inside, "precious"), []byte("x"))
	for path, want := range map[string]string{
		"":                         "state folder : must not be empty",
		file:                       "state folder " + file + ": not a directory",
		filepath.Join(file, "sub"): "not a directory",
		links:                      "open livefilter-lock: ",
		inside:                     "livefilter-lock is not a regular file",
	} {
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", path, err, want)
		}
	}
	for _, path := range []string{file, filepath.Join(inside, "precious")} {
		if data, err := os.ReadFile(path); err != nil || string(data) != "x" {
			t.Errorf("%s was changed: %q, %v", path, data, err)
		}
	}
}

// The folder or the lock is gone while the server runs: nothing is saved where it is of no use.
func TestFolderIsReplaced(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string]func(folder string) error{
		"removed":      os.RemoveAll,
		"another":      func(p string) error { _ = os.Rename(p, p+"~"); return os.Mkdir(p, 0o700) },
		"lock removed": func(p string) error { return os.Remove(filepath.Join(p, lockName)) },
		"lock another": func(p string) error {
			_ = os.Remove(filepath.Join(p, lockName))
			return os.WriteFile(filepath.Join(p, lockName), nil, 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := take(t, filepath.Join(t.TempDir(), "state"))
			must(t, d.Save(older), replace(d.path))
			err := d.Save(newer)
			if err == nil || !strings.Contains(err.Error(), "was removed or replaced after this server took it") || !strings.Contains(err.Error(), d.path) {
				t.Errorf("%v", err)
			}
			for _, err := range []error{d.Put("livefilter-history-0000000001", nil), d.Remove("livefilter-history-0000000001")} {
				if err == nil || !strings.Contains(err.Error(), "state folder "+d.path+": it or its ") {
					t.Errorf("beside the config: %v", err)
				}
			}
		})
	}
	d := take(t, t.TempDir())
	must(t, d.Close())
	if err := d.Save(older); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("saved when closed: %v", err)
	}
	if _, err := d.Load(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("loaded when closed: %v", err)
	}
}

func TestOneServerAFolder(t *testing.T) {
	const mark = "LIVEFILTER_TEST_HOLD"
	if folder := os.Getenv(mark); folder != "" {
		take(t, folder)
		fmt.Println("held")
		_, _ = bufio.NewReader(os.Stdin).ReadByte()
		return
	}
	t.Parallel()
	d := take(t, t.TempDir())
	must(t, d.Save(older))
	if _, err := Open(d.path); err == nil || !strings.Contains(err.Error(), "is in use by another server") {
		t.Errorf("opened twice by one process: %v", err)
	}
	must(t, d.Close())

	self, err := os.Executable()
	must(t, err)
	other := exec.Command(self, "-test.run=^"+t.Name()+"$")
	other.Env = append(os.Environ(), mark+"="+d.path)
	in, err := other.StdinPipe()
	must(t, err)
	defer in.Close()
	out, err := other.StdoutPipe()
	must(t, err, other.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("%q, %v", line, err)
	}
	want := fmt.Sprintf("state folder %s: is in use by another server (process %d on ", d.path, other.Process.Pid)
	if _, err := Open(d.path); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
	must(t, other.Process.Kill()) // as hard as it gets: nothing is left to clean up by hand
	_ = other.Wait()
	holds(t, take(t, d.path), older)
}

// A folder that was there before is closed to others, and so are configs in it. One with other files
// stays open to them.
func TestNobodyElseReads(t *testing.T) {
	t.Parallel()
	for _, shared := range []bool{false, true} {
		folder := t.TempDir()
		d := take(t, folder)
		must(t, d.Save(older), d.Close())
		kept, theirs := filepath.Join(folder, prefix+"0000000001"), filepath.Join(folder, "theirs")
		if shared {
			write(t, theirs, []byte("x"))
			must(t, os.Chmod(theirs, 0o644)) //nolint:gosec // that is the test
		}
		must(t, os.Chmod(folder, 0o755), os.Chmod(kept, 0o644)) //nolint:gosec // as above
		d = take(t, folder)
		if err := d.Loose(); (err != nil) != shared {
			t.Errorf("shared %v: %v", shared, err)
		}
		modes := map[string]fs.FileMode{folder: 0o700, kept: 0o600, filepath.Join(folder, lockName): 0o600}
		if shared {
			modes[folder], modes[theirs] = 0o755, 0o644
		}
		for path, want := range modes {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("shared %v: %s: %v, %v; want %v", shared, path, info, err, want)
			}
		}
	}
}
