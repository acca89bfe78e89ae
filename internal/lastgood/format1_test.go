package lastgood

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// format1 is what testdata/format1 holds, which the last release with that format wrote.
var format1 = Config{File: "c/livefilter.yaml", Version: "1f3870be274f6c49", Saved: time.Unix(1700000000, 123456789).UTC(),
	Contents: map[string][]byte{"c/livefilter.yaml": []byte("filters: []\n"), "/etc/ca \"ü\".pem": []byte("a ca <&>\n"),
		"c/empty": {}, "c/m.wasm": []byte("\x00asm\x01\x00\x00\x00"), "c/same.wasm": []byte("\x00asm\x01\x00\x00\x00")}}

// inherit takes a folder that an earlier release used.
func inherit(t *testing.T) *Dir {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "state")
	must(t, os.CopyFS(folder, os.DirFS("testdata/format1")))
	return take(t, folder)
}

// A server takes over from an earlier release, and then from itself.
func TestFormat1(t *testing.T) {
	t.Parallel()
	d := inherit(t)
	holds(t, d, format1)
	must(t, d.Save(newer))
	holds(t, d, newer)
	if rest := litter(t, d); rest != nil {
		t.Errorf("left behind: %q", rest)
	}
}

// It ends before each change of the disk in turn.
func TestDeathAtEachStepOfTheTakeover(t *testing.T) {
	t.Parallel()
	for n := 0; ; n++ {
		d := inherit(t)
		step := -1
		d.before = func(string, string) error {
			if step++; step >= n {
				return errDied
			}
			return nil
		}
		err := d.Save(newer)
		must(t, d.Close())
		again := take(t, d.path)
		if err == nil {
			holds(t, again, newer)
		} else {
			holds(t, again, format1, newer)
		}
		must(t, again.Save(older))
		holds(t, again, older)
		if rest := litter(t, again); rest != nil {
			t.Errorf("dead at %d: left behind: %q", n, rest)
		}
		if step < n {
			if n < 11 {
				t.Errorf("only %d steps were seen", n)
			}
			break
		}
	}
}

// Each byte of each file in turn is another, missing, doubled, or the last, or the file is not
// one: an error.
func TestDamagedFormat1(t *testing.T) {
	t.Parallel()
	d := inherit(t)
	names, err := d.names(name1)
	must(t, err)
	if len(names) != 5 {
		t.Fatalf("%q", names)
	}
	for _, name := range names {
		path := filepath.Join(d.path, name)
		good, err := os.ReadFile(path)
		must(t, err)
		for what, data := range damaged(good) {
			write(t, path, data)
			if c, err := d.Load(); c != nil || err == nil {
				t.Fatalf("%s, %s: %+v, %v", name, what, c, err)
			}
		}
		must(t, os.Remove(path), os.Symlink("/dev/zero", path))
		refuses(t, d, name, "is not a regular file")
		must(t, os.Remove(path))
		if name != listName1 {
			refuses(t, d, name, "no such file")
		}
		write(t, path, good)
		holds(t, d, format1)
	}
}

// A list with a right checksum is still not believed: anybody can compute it.
func TestForgedFormat1(t *testing.T) {
	t.Parallel()
	d := inherit(t)
	for body, want := range map[string]string{
		"x":             "invalid character",
		`"file":"a"}`:   `config file "a" is not among the files`,
		`"files":[7]}`:  "cannot unmarshal",
		`"files":[{}]}`: "is not a SHA-256",
		`"files":[{"path":"a","sha256":"../../etc/passwd"}]}`: "is not a SHA-256",
	} {
		write(t, filepath.Join(d.path, listName1), append(seal(1, ",\n", []byte(body)), body...))
		refuses(t, d, listName1, want)
	}
	write(t, filepath.Join(d.path, listName1), []byte(`{"livefilter":"last good config","format":12,"blake3":1}`))
	refuses(t, d, listName1, "has format 12, of another livefilter; this one reads format 1")
	must(t, d.Save(newer))
	holds(t, d, newer)
}
