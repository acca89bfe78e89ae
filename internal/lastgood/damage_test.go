package lastgood

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	must(t, os.WriteFile(path, data, 0o600))
}

// Each byte of each file in turn is another, missing, doubled, or the last: an error, and
// the next save heals it.
func TestEachByte(t *testing.T) {
	t.Parallel()
	d := take(t, t.TempDir())
	small := Config{File: "a", Version: "v", Saved: older.Saved, Contents: map[string][]byte{"a": []byte("content")}}
	must(t, d.Save(small))
	for _, name := range []string{manifestName, filePrefix + digest([]byte("content"))} {
		path := filepath.Join(d.path, name)
		good, err := os.ReadFile(path)
		must(t, err)
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
		for what, data := range bad {
			if bytes.Equal(data, good) {
				continue
			}
			write(t, path, data)
			if c, err := d.Load(); c != nil || err == nil {
				t.Fatalf("%s, %s: %+v, %v", name, what, c, err)
			}
		}
		must(t, d.Save(small))
		holds(t, d, small)
	}
}

func TestDamagedContent(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		do   func(path string) error
		want string
	}{
		"missing":   {os.Remove, "is missing"},
		"truncated": {func(p string) error { return os.Truncate(p, 5999) }, "has 5999 bytes instead of 12000"},
		"longer":    {func(p string) error { return os.Truncate(p, 1<<40) }, "has 1099511627776 bytes, where at most 12000 can be right"},
		"replaced":  {func(p string) error { return os.WriteFile(p, make([]byte, 12000), 0) }, "does not match its checksum"},
		"a folder":  {func(p string) error { _ = os.Remove(p); return os.Mkdir(p, 0o700) }, "is not a regular file"},
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
			blob := filePrefix + digest(module)
			must(t, tc.do(filepath.Join(d.path, blob)))
			refuses(t, d, "c/m.wasm, kept as "+blob+", ", tc.want)
			if err := d.Save(older); name == "a folder" {
				if err == nil {
					t.Error("saved over a folder")
				}
				must(t, os.Remove(filepath.Join(d.path, blob)), d.Save(older))
			} else {
				must(t, err)
			}
			holds(t, d, older)
		})
	}
}

// A manifest with right checksums is still not believed: anybody can compute them.
func TestForgedManifest(t *testing.T) {
	t.Parallel()
	sum := digest([]byte("older"))
	files := func(list string) string {
		return `"file":"a","version":"","saved":"2026-01-02T03:04:05Z","files":[` + list + "]}\n"
	}
	entry := func(path, sum string, size int) string {
		return fmt.Sprintf(`{"path":%q,"size":%d,"sha256":%q}`, path, size, sum)
	}
	for name, tc := range map[string]struct{ body, want string }{
		"not JSON":        {"x", "is not a manifest"},
		"a second object": {files(entry("a", sum, 5)) + "{}", "is not a manifest"},
		"another type":    {`"file":7}`, "is not a manifest"},
		"no files":        {`"file":"a"}`, `config file "a" is not among the files`},
		"no config":       {files(entry("b", sum, 5)), `config file "a" is not among the files`},
		"an empty path":   {files(entry("", sum, 5)), "is empty"},
		"a path twice":    {files(entry("a", sum, 5) + "," + entry("a", sum, 5)), "there twice"},
		"two sizes":       {files(entry("a", sum, 5) + "," + entry("b", sum, 6)), "has two sizes"},
		"traversal":       {files(entry("a", "../../etc/passwd", 5)), "is not a SHA-256"},
		"upper case":      {files(entry("a", "FF"+sum[2:], 5)), "is not a SHA-256"},
		"two lines":       {files(entry("a", sum+"\n", 5)), "is not a SHA-256"},
		"less than none":  {files(entry("a", sum, -1)), "all files together"},
		"too large":       {files(entry("a", sum, maxContents+1)), "all files together"},
		"too large in all": {files(entry("a", sum, maxContents-5) + "," + entry("b", sum, 6)),
			"all files together"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := take(t, t.TempDir())
			must(t, d.Save(older))
			write(t, filepath.Join(d.path, manifestName), sealed(tc.body))
			refuses(t, d, manifestName+" ", tc.want)
			must(t, d.Save(newer))
			holds(t, d, newer)
		})
	}
}

// sealed is a manifest whose checksum is right.
func sealed(body string) []byte {
	return fmt.Appendf(nil, "{\"livefilter\":\"last good config\",\"format\":1,\"sha256\":\"%s\",\n%s", digest([]byte(body)), body)
}
