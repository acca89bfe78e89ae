package scaffold

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is written has no placeholder left, a config that names the module, and a README of one screen.
func TestWrite(t *testing.T) {
	placeholder := regexp.MustCompile(`\b(FILTER|MODULE|LANGUAGE|SOURCE|TOOLS|TEST|BUILD)\b`)
	for _, l := range Languages {
		t.Run(l.Name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "My Filter_2")
			name, err := Write(dir, l)
			if err != nil || name != "my-filter-2" {
				t.Fatal(name, err)
			}
			err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				text, err := os.ReadFile(path)
				if left := placeholder.Find(text); left != nil || strings.HasSuffix(path, ".tmpl") {
					t.Errorf("%s: %s", path, left)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for file, want := range map[string]string{"livefilter.yaml": "module: " + l.Module + "\n", "README.md": l.Build, ".gitignore": strings.Split(l.Module, "/")[0]} {
				text, err := os.ReadFile(filepath.Join(dir, file))
				if err != nil || !strings.Contains(string(text), want) {
					t.Errorf("%s lacks %q (%v):\n%s", file, want, err, text)
				}
				if lines := strings.Count(string(text), "\n"); lines > 25 {
					t.Errorf("%s has %d lines", file, lines)
				}
			}
		})
	}
}

func TestAFolderThatIsInUse(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, Languages[0]); err != nil {
		t.Errorf("a clone of nothing: %v", err)
	}
	_, err := Write(dir, Languages[1])
	if err == nil || !strings.Contains(err.Error(), "is not empty: it has .gitignore") {
		t.Error(err)
	}
	file := filepath.Join(dir, "go.mod")
	if _, err := Write(file, Languages[0]); err == nil {
		t.Error("a file was taken for a folder")
	}
}

func TestNameOf(t *testing.T) {
	for folder, want := range map[string]string{
		"my-filter": "my-filter", "Über Filter": "ber-filter", "...": "filter", "2fast": "filter-2fast", "log": "filter-log",
		strings.Repeat("a", 80): strings.Repeat("a", 50), strings.Repeat("ab-", 40): strings.Repeat("ab-", 16) + "ab",
	} {
		if got := nameOf(folder); got != want {
			t.Errorf("%q: %q, want %q", folder, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	if l, err := Find("rust"); err != nil || l.Title != "Rust" {
		t.Error(l, err)
	}
	if _, err := Find("go"); err == nil || err.Error() != "must be tinygo, rust or assemblyscript" {
		t.Error(err)
	}
}
