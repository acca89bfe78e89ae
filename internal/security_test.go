package internal

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Each test that SECURITY.md names as proof is there, and those of CONTRIBUTING.md are.
func TestSecurityNamesTests(t *testing.T) {
	text, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	more, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, more...)
	var tests strings.Builder
	root := os.DirFS("..")
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && len(name) > 1 && strings.HasPrefix(name, "."):
			return fs.SkipDir
		case strings.HasSuffix(name, "_test.go"):
			code, err := fs.ReadFile(root, name)
			tests.Write(code)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`\b(Test|Fuzz)[A-Z]\w+`).FindAllString(string(text), -1)
	if len(names) < 20 {
		t.Fatalf("it names %d tests", len(names))
	}
	for _, name := range names {
		if !strings.Contains(tests.String(), "\nfunc "+name+"(") {
			t.Errorf("there is no %s", name)
		}
	}
}
