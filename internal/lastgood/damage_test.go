package lastgood

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	must(t, os.WriteFile(path, data, 0o600))
}

// Each byte in turn is another, missing, doubled, or the last: an error, and the next save
// heals it.
func TestEachByte(t *testing.T) {
	t.Parallel()
	d := take(t, t.TempDir())
	small := Config{File: "a", Version: "v", Saved: older.Saved, Contents: map[string][]byte{"a": []byte("content")}}
	must(t, d.Save(small))
	path := filepath.Join(d.path, newest(t, d))
	good, err := os.ReadFile(path)
	must(t, err)
	for what, data := range damaged(good) {
		write(t, path, data)
		if c, err := d.Load(); c != nil || err == nil {
			t.Fatalf("%s: %+v, %v", what, c, err)
		}
	}
	must(t, d.Save(small))
	holds(t, d, small)
}

// damaged is what a disk can make of a file.
func damaged(good []byte) map[string][]byte {
	bad := map[string][]byte{"a byte more": append(bytes.Clone(good), '\n')}
	for i := range good {
		for _, bits := range []byte{1 << (i % 8), ' '} { // a blank's bit makes lower case upper
			flipped := bytes.Clone(good)
			flipped[i] ^= bits
			bad[fmt.Sprintf("byte %d, bits %#x", i, bits)] = flipped
		}
		bad[fmt.Sprintf("without byte %d", i)] = append(bytes.Clone(good[:i]), good[i+1:]...)
		bad[fmt.Sprintf("byte %d twice", i)] = append(bytes.Clone(good[:i+1]), good[i:]...)
		bad[fmt.Sprintf("cut at %d", i)] = good[:i]
		zeros := bytes.Clone(good)
		clear(zeros[i:])
		bad[fmt.Sprintf("zeros from %d", i)] = zeros
	}
	maps.DeleteFunc(bad, func(_ string, data []byte) bool { return bytes.Equal(data, good) })
	return bad
}

// The newest config is not what Save wrote: an error, never an older one, and the next save
// heals it.
func TestDamagedConfig(t *testing.T) {
	t.Parallel()
	put := func(text string) func(string) error {
		return func(p string) error { return os.WriteFile(p, []byte(text), 0o600) }
	}
	for name, tc := range map[string]struct {
		do   func(path string) error
		want string
	}{
		"truncated":         {func(p string) error { return os.Truncate(p, 5999) }, "is damaged: it does not match its checksum"},
		"longer":            {func(p string) error { return os.Truncate(p, 1<<40) }, "has 1099511627776 bytes, where at most 377487360 can be right"},
		"zeros":             {put(string(make([]byte, 12000))), "was not written by livefilter"},
		"empty":             {put(""), "was not written by livefilter"},
		"another program's": {put(`{"schemaVersion":2}`), "was not written by livefilter"},
		"a later format":    {put(`{"livefilter":"last good config","format":12,"blake3":1}`), "has format 12, of another livefilter; this one reads format 2"},
		"an earlier format": {put(`{"livefilter":"last good config","format":1,"sha256":""}`), "has format 1, of another livefilter; this one reads format 2"},
		"no checksum":       {put(`{"livefilter":"last good config","format":2,"file":"x"}` + "\n"), "is damaged: it does not match its checksum"},
		"a folder":          {func(p string) error { _ = os.Remove(p); return os.Mkdir(p, 0o700) }, "is not a regular file"},
		"a link":            {func(p string) error { _ = os.Remove(p); return os.Symlink("/dev/zero", p) }, "is not a regular file"},
		"a link to the same": {func(p string) error {
			other := filepath.Join(filepath.Dir(p), "other")
			_ = os.Rename(p, other)
			return os.Symlink(filepath.Base(other), p)
		}, "is not a regular file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := take(t, t.TempDir())
			must(t, d.Save(older))
			name := newest(t, d)
			write(t, filepath.Join(d.path, prefix+"0000000000"), mustEncode(t, newer))
			must(t, tc.do(filepath.Join(d.path, name)))
			refuses(t, d, name+" ", tc.want)
			must(t, d.Save(older))
			holds(t, d, older)
		})
	}
}

func mustEncode(t testing.TB, c Config) []byte {
	t.Helper()
	text, err := encode(c)
	must(t, err)
	return text
}

// A config with a right checksum is still not believed: anybody can compute it.
func TestForgedConfig(t *testing.T) {
	t.Parallel()
	const good = `{"file":"a","version":"","saved":"2026-01-02T03:04:05Z","contents":{"a":"b2xkZXI="}}`
	for name, tc := range map[string]struct{ body, want string }{
		"not JSON":        {"x", "is not a config"},
		"nothing":         {"", "is not a config"},
		"a second object": {good + "{}", "is not a config"},
		"another type":    {`{"file":7}`, "is not a config"},
		"not base64":      {`{"file":"a","contents":{"a":"b2xkZXI"}}`, "is not a config"},
		"no files":        {`{"file":"a"}`, `config file "a" is not among the files`},
		"no config":       {`{"file":"a","contents":{"b":""}}`, `config file "a" is not among the files`},
		"an empty path":   {`{"file":"a","contents":{"a":"","":""}}`, "is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := take(t, t.TempDir())
			must(t, d.Save(older))
			name := newest(t, d)
			write(t, filepath.Join(d.path, name), sealed(tc.body))
			refuses(t, d, name+" ", tc.want)
			must(t, d.Save(newer))
			holds(t, d, newer)
		})
	}
}

// What JSON would change or the disk should not be given is not saved.
func TestUnfitConfig(t *testing.T) {
	t.Parallel()
	d := take(t, t.TempDir())
	must(t, d.Save(older))
	huge := make([]byte, maxBytes/2+1)
	for want, c := range map[string]Config{
		"is not among the files": {File: "x", Contents: map[string][]byte{"a": nil}},
		"is empty or not UTF-8":  {File: "a", Contents: map[string][]byte{"a": nil, "\xff": nil}},
		"version \"\\xff\" is":   {File: "a", Version: "\xff", Contents: map[string][]byte{"a": nil}},
		"at most 256 MiB":        {File: "a", Contents: map[string][]byte{"a": huge, "b": huge}},
	} {
		if err := d.Save(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		holds(t, d, older)
	}
}

// sealed is a config's file whose checksum is right.
func sealed(body string) []byte { return append(seal(format, "}\n", []byte(body)), body...) }
