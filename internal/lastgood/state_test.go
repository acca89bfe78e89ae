package lastgood

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

var first = Config{
	File: "a.yaml", Version: "v1", Saved: time.Unix(1_700_000_000, 5).UTC(),
	Contents: map[string][]byte{"a.yaml": []byte("filters: []\n"), "m.wasm": bytes.Repeat([]byte("m"), 5000), "empty": {}},
}

func open(t *testing.T, path string) *Dir {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func save(t *testing.T, d *Dir, c Config) {
	t.Helper()
	if err := d.Save(c); err != nil {
		t.Fatal(err)
	}
}

func mustLoad(t *testing.T, d *Dir, want *Config) {
	t.Helper()
	got, err := d.Load()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "state")
	d := open(t, path)
	mustLoad(t, d, nil)
	save(t, d, first)
	mustLoad(t, d, &first)
	if _, err := first.Read("other"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not in it: %v", err)
	}

	second := Config{File: "b.yaml", Version: "v2", Saved: first.Saved, Contents: map[string][]byte{"b.yaml": []byte("x"), "m.wasm": first.Contents["m.wasm"]}}
	module := filepath.Join(path, blobsName, sum(second.Contents["m.wasm"]))
	before, err := os.Stat(module)
	if err != nil {
		t.Fatal(err)
	}
	save(t, d, second)
	_ = d.Close()
	mustLoad(t, open(t, path), &second)
	if after, err := os.Stat(module); err != nil || !os.SameFile(before, after) || !after.ModTime().Equal(before.ModTime()) {
		t.Error("a module that did not change was written again")
	}
	blobs, err := os.ReadDir(filepath.Join(path, blobsName))
	if err != nil || len(blobs) != 2 {
		t.Errorf("%d blobs are left, want 2", len(blobs))
	}
}

func TestOneServerAFolder(t *testing.T) {
	path := t.TempDir()
	d := open(t, path)
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "another server uses it") {
		t.Errorf("opened twice: %v", err)
	}
	_ = d.Close()
	open(t, path)
}

// Whatever bit of the manifest or of a blob changes, nothing of the state is returned.
func TestDamage(t *testing.T) {
	path := t.TempDir()
	d := open(t, path)
	save(t, d, first)
	files := []string{filepath.Join(path, manifestName), filepath.Join(path, blobsName, sum(first.Contents["a.yaml"]))}
	for _, file := range files {
		good, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		write := func(data []byte) {
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for i := range good {
			bad := bytes.Clone(good)
			bad[i] ^= 1
			write(bad)
			if c, err := d.Load(); err == nil || c != nil || !strings.Contains(err.Error(), path) {
				t.Fatalf("%s with byte %d changed: %+v, %v", filepath.Base(file), i, c, err)
			}
			write(good[:i])
			if c, err := d.Load(); err == nil || c != nil {
				t.Fatalf("%s cut at %d: %+v, %v", filepath.Base(file), i, c, err)
			}
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		if c, err := d.Load(); c != nil || err == nil && file != files[0] {
			t.Errorf("without %s: %+v, %v", filepath.Base(file), c, err)
		}
		write(good)
		mustLoad(t, d, &first)
	}
}

func TestWhatIsNotOurs(t *testing.T) {
	for name, tt := range map[string]struct {
		make func(manifest string) error
		want string
	}{
		"another program's": {func(m string) error { return os.WriteFile(m, []byte(`{"marker":"x"}`), 0o600) }, "not livefilter's"},
		"a newer format": {func(m string) error {
			return os.WriteFile(m, []byte(`{"marker":"livefilter state","format":2}`), 0o600)
		}, "newer livefilter"},
		"a folder":  {func(m string) error { return os.Mkdir(m, 0o700) }, "not a plain file"},
		"a link":    {func(m string) error { return os.Symlink("/dev/zero", m) }, "not a plain file"},
		"too large": {func(m string) error { return os.WriteFile(m, make([]byte, maxManifest+1), 0o600) }, "larger"},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, t.TempDir())
			if err := tt.make(filepath.Join(d.path, manifestName)); err != nil {
				t.Fatal(err)
			}
			if c, err := d.Load(); c != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%+v, %v", c, err)
			}
		})
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file); err == nil || !strings.Contains(err.Error(), "not a directory") {
		t.Errorf("a file instead of a folder: %v", err)
	}
}

func TestConcurrentSaves(t *testing.T) {
	d := open(t, t.TempDir())
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			c := first
			c.Contents = map[string][]byte{"a.yaml": bytes.Repeat([]byte{byte(i)}, 100)}
			if err := d.Save(c); err != nil {
				t.Error(err)
			}
			if got, err := d.Load(); err != nil || got == nil {
				t.Error(got, err)
			}
		})
	}
	group.Wait()
}

func FuzzManifest(f *testing.F) {
	good, err := manifest{File: "a", Files: []entry{{Path: "a", SHA256: sum(nil)}}}.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"marker":"livefilter state","format":1,"files":[{"path":"../x","sha256":"../../etc/passwd"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := decode(data)
		if err != nil {
			return
		}
		if again, err := m.encode(); err != nil || !bytes.Equal(again, data) {
			t.Errorf("accepted what it would not write: %q", data)
		}
	})
}
