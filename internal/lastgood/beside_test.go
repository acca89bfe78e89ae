package lastgood

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What package history keeps is beside the configs, and neither minds the other.
func TestBeside(t *testing.T) {
	t.Parallel()
	const name = "livefilter-history-0000000001"
	folder := t.TempDir()
	d := take(t, folder)
	must(t, d.Put(name, []byte("first")), d.Put(name, []byte("entry")), d.Save(older), d.Save(newer))
	holds(t, d, newer)
	must(t, d.Close(), os.Chmod(filepath.Join(folder, name), 0o644)) //nolint:gosec // that is the test
	d = take(t, folder)
	if data, err := d.Get(name); err != nil || string(data) != "entry" {
		t.Errorf("%q, %v", data, err)
	}
	if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if names, err := d.Names(); err != nil || !slices.Equal(names, []string{name}) {
		t.Errorf("%q, %v", names, err)
	}
	must(t, d.Loose())
	for _, other := range []string{newest(t, d), lockName, "../x", "livefilter-content-x", ""} {
		_, err := d.Get(other)
		if !errors.Is(err, fs.ErrInvalid) || !errors.Is(d.Put(other, nil), fs.ErrInvalid) || !errors.Is(d.Remove(other), fs.ErrInvalid) {
			t.Errorf("%q may be used", other)
		}
	}
	must(t, d.Remove(name))
	holds(t, d, newer)
	must(t, d.Close())
	if err := d.Put(name, nil); err == nil {
		t.Error("a folder that was given back is written to")
	}
}
