package replace_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/livefilter/livefilter/internal/replace"
)

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	for text, mode := range map[string]os.FileMode{"private": 0o600, "public": 0o644} {
		if err := replace.File(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode() != mode {
			t.Errorf("%s: %v, %v", text, info, err)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != text {
			t.Errorf("%q, %v, want %s", data, err, text)
		}
	}
	if err := replace.File(filepath.Join(dir, "none", "key"), nil, 0o600); err == nil {
		t.Error("a folder that is not there")
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := replace.File(filepath.Join(dir, "folder"), nil, 0o600); err == nil {
		t.Error("a folder was replaced")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
