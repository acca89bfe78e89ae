package putback

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o640))
}

func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	return string(data)
}

// knows is true of the texts.
func knows(texts ...string) func(string, []byte) bool {
	return func(_ string, data []byte) bool { return slices.Contains(texts, string(data)) }
}

func files(pairs ...string) map[string][]byte {
	m := map[string][]byte{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = []byte(pairs[i+1])
	}
	return m
}

func left(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write(t, at("a.yaml"), "new")
	write(t, at("same.txt"), "same")
	write(t, at("target.txt"), "work")
	must(t, os.Symlink("target.txt", at("link.txt")))
	written, kept, err := Disk{}.Replace(files(at("a.yaml"), "old", at("same.txt"), "same", at("link.txt"), "old keys", at("missing.txt"), "back"), at("a.yaml"), knows("new"))
	must(t, err)
	if want := []string{at("link.txt"), at("missing.txt"), at("a.yaml")}; !slices.Equal(written, want) {
		t.Errorf("written %q, want %q", written, want)
	}
	if !slices.Equal(kept, []string{at("link.txt" + Beside)}) || text(t, at("target.txt"+Beside)) != "work" {
		t.Errorf("kept %q", kept)
	}
	if text(t, at("a.yaml"))+text(t, at("target.txt"))+text(t, at("missing.txt")) != "oldold keysback" {
		t.Error("other contents")
	}
	for name, mode := range map[string]os.FileMode{"a.yaml": 0o640, "missing.txt": 0o600, "target.txt" + Beside: 0o640} {
		info, err := os.Stat(at(name))
		must(t, err)
		if info.Mode() != mode {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
	if info, err := os.Lstat(at("link.txt")); err != nil || info.Mode().IsRegular() {
		t.Errorf("the link is gone: %v", err)
	}
	if got := left(t, dir); len(got) != 6 {
		t.Errorf("in the folder: %q", got)
	}
}

// Where one of the files cannot be written, none is.
func TestAllOrNone(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(dir string) error
		want  string
	}{
		"a folder in its place": {func(dir string) error { return os.MkdirAll(filepath.Join(dir, "z/b.txt"), 0o700) }, "not a regular file"},
		"no folder":             {func(string) error { return nil }, "its folder is missing"},
		"a link to nothing": {func(dir string) error {
			_ = os.Mkdir(filepath.Join(dir, "z"), 0o700)
			return os.Symlink("none", filepath.Join(dir, "z/b.txt"))
		}, "a symbolic link to a file that is missing"},
		"a folder of a ConfigMap": {configMap, "swapped as a whole"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			a, b := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "z/b.txt")
			write(t, a, "work")
			must(t, tt.spoil(dir))
			before := left(t, dir)
			_, _, err := Disk{}.Replace(files(a, "old", b, "old"), b, knows())
			var refusal *Refusal
			if !errors.As(err, &refusal) || refusal.Name != b || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
			if after := left(t, dir); text(t, a) != "work" || !slices.Equal(before, after) {
				t.Errorf("the folder has changed: %q, then %q", before, after)
			}
		})
	}
}

func configMap(dir string) error {
	z := filepath.Join(dir, "z")
	return errors.Join(os.MkdirAll(filepath.Join(z, "..2026"), 0o700), os.WriteFile(filepath.Join(z, "..2026/b.txt"), nil, 0o600),
		os.Symlink("..2026", filepath.Join(z, "..data")), os.Symlink("..data/b.txt", filepath.Join(z, "b.txt")))
}
