package render

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	for _, text := range []string{"first", "second"} {
		if err := Write(dir, []File{{Name: "a.yaml", Data: []byte(text)}, {Name: "b/c.yaml", Data: []byte(text)}, {Name: "key", Data: []byte(text), Private: true}}); err != nil {
			t.Fatal(err)
		}
		for name, mode := range map[string]os.FileMode{"a.yaml": 0o644, "b/c.yaml": 0o644, "key": 0o600} {
			path := filepath.Join(dir, name)
			data, err := os.ReadFile(path)
			if err != nil || string(data) != text {
				t.Errorf("%s: %q, %v", name, data, err)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
				t.Errorf("%s: %v, %v", name, info.Mode(), err)
			}
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || !slices.Equal(left, []string{filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b"), filepath.Join(dir, "key")}) {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestWriteRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "a"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, []File{{Name: "a"}}); err == nil {
		t.Error("a folder was replaced")
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}
