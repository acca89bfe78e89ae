package lastgood

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// FuzzLoad holds that no manifest makes Load panic or return what it should not: what is loaded
// has its config file, only contents that are in the folder, and is the same saved again.
func FuzzLoad(f *testing.F) {
	for _, c := range []Config{older, newer, {File: "x", Contents: map[string][]byte{"x": module}}} {
		text, err := list(c).encode()
		must(f, err)
		f.Add(text, false)
		f.Add(text[len(sealed("")):], true)
	}
	f.Add([]byte(`{"livefilter":"last good config","format":2}`), false)

	folder := f.TempDir()
	root, err := os.OpenRoot(folder)
	must(f, err)
	f.Cleanup(func() { root.Close() })
	d := &Dir{path: folder, root: root} // neither locked nor synced, for speed
	there := map[string]bool{}
	for _, data := range newer.Contents {
		there[string(data)] = true
		write(f, filepath.Join(folder, filePrefix+digest(data)), data)
	}
	f.Fuzz(func(t *testing.T, text []byte, seal bool) {
		if seal { // so that more than the checksum is tried
			text = sealed(string(text))
		}
		write(t, filepath.Join(folder, manifestName), text)
		c, err := d.Load()
		if err != nil {
			if c != nil {
				t.Errorf("%+v with %v", c, err)
			}
			return
		}
		if _, err := c.Read(c.File); err != nil {
			t.Error(err)
		}
		for path, data := range c.Contents {
			if path == "" || !there[string(data)] {
				t.Errorf("%q: %q", path, data)
			}
		}
		if year := c.Saved.Year(); year < 0 || year > 9999 {
			return // in another zone it was still one that JSON has
		}
		again, err := list(*c).encode()
		must(t, err)
		write(t, filepath.Join(folder, manifestName), again)
		same, err := d.Load()
		must(t, err)
		if same.Saved.Equal(c.Saved) {
			same.Saved = c.Saved
		}
		if !reflect.DeepEqual(same, c) {
			t.Errorf("saved %+v, loaded %+v", c, same)
		}
	})
}
