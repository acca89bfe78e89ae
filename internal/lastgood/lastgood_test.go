package lastgood

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// older and newer share a module; the config and the certificate differ.
var (
	module = bytes.Repeat([]byte("\x00asm"), 3000)
	older  = Config{File: "c/livefilter.yaml", Version: "1f3870be274f6c49", Saved: time.Unix(1700000000, 123456789).UTC(),
		Contents: map[string][]byte{"c/livefilter.yaml": []byte("older"), "c/ca.pem": []byte("older ca"), "c/m.wasm": module}}
	newer = Config{File: "c/livefilter.yaml", Version: "96ea5a1dd2f3a4c1", Saved: time.Unix(1800000000, 0).UTC(),
		Contents: map[string][]byte{"c/livefilter.yaml": []byte("newer <&>"), "/etc/ca \"ü\".pem": []byte("newer ca"), "c/m.wasm": module}}
)

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func take(t testing.TB, folder string) *Dir {
	t.Helper()
	d, err := Open(folder)
	must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// holds says that one of the configs is what Load returns.
func holds(t testing.TB, d *Dir, configs ...Config) {
	t.Helper()
	got, err := d.Load()
	must(t, err)
	for i := range configs {
		if reflect.DeepEqual(got, &configs[i]) {
			return
		}
	}
	t.Fatalf("got %+v, want one of %+v", got, configs)
}

// refuses says that Load returns an error with all of the words, and nothing else.
func refuses(t testing.TB, d *Dir, words ...string) {
	t.Helper()
	got, err := d.Load()
	if got != nil || err == nil {
		t.Fatalf("got %+v, %v; want an error with %q", got, err, words)
	}
	for _, w := range append(words, d.path) {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("no %q in: %v", w, err)
		}
	}
}

// newest is the name of the config that Load reads.
func newest(t testing.TB, d *Dir) string {
	t.Helper()
	names, err := d.names(configName)
	must(t, err)
	if len(names) == 0 {
		t.Fatal("no config in the folder")
	}
	return names[len(names)-1]
}

// litter is what is in the folder and of no use.
func litter(t testing.TB, d *Dir) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(d.path)
	must(t, err)
	configs, err := d.names(configName)
	must(t, err)
	for _, e := range entries {
		if e.Name() != lockName && !slices.Contains(configs[max(0, len(configs)-keep):], e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "not", "there")
	d := take(t, folder)
	if c, err := d.Load(); c != nil || err != nil {
		t.Fatalf("a new folder: %+v, %v", c, err)
	}
	for _, c := range []Config{older, newer, older, older} {
		must(t, d.Save(c))
		holds(t, d, c)
		must(t, d.Close(), d.Close())
		d = take(t, folder)
		holds(t, d, c)
		if rest := litter(t, d); rest != nil {
			t.Errorf("left behind: %q", rest)
		}
	}
	empty := Config{File: "", Contents: nil}
	if err := d.Save(empty); err == nil || !strings.Contains(err.Error(), "is not among the files") {
		t.Errorf("a config without files: %v", err)
	}
	zero := Config{File: "x", Contents: map[string][]byte{"x": {}, "y": {}}}
	must(t, d.Save(zero))
	holds(t, d, zero)
}

func TestRead(t *testing.T) {
	t.Parallel()
	for path, want := range newer.Contents {
		if got, err := newer.Read(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	_, err := newer.Read("c/other.wasm")
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "not part of the last good config") {
		t.Errorf("an unknown path: %v", err)
	}
}

// Header values and plugin configs may be secrets.
func TestModes(t *testing.T) {
	t.Parallel()
	d := take(t, filepath.Join(t.TempDir(), "state"))
	must(t, d.Save(older))
	must(t, filepath.WalkDir(d.path, func(path string, e fs.DirEntry, err error) error {
		must(t, err)
		info, err := e.Info()
		must(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	}))
}

func TestAtOnce(t *testing.T) {
	t.Parallel()
	d := take(t, t.TempDir())
	var all sync.WaitGroup
	for _, c := range []Config{older, newer, older, newer} {
		all.Go(func() {
			for range 10 {
				if err := d.Save(c); err != nil {
					t.Error(err)
				}
				if got, err := d.Load(); err != nil || got == nil || !reflect.DeepEqual(got, &older) && !reflect.DeepEqual(got, &newer) {
					t.Errorf("%+v, %v", got, err)
				}
			}
		})
	}
	all.Wait()
}
