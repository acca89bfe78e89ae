package putback

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A copy takes no earlier one's place, and the same content is kept once.
func TestCopiesStay(t *testing.T) {
	dir := t.TempDir()
	a := filepath.Join(dir, "a.yaml")
	for _, work := range []string{"first", "second", "first"} {
		write(t, a, work)
		_, kept, err := Disk{}.Replace(files(a, "old"), a, knows("old"))
		must(t, err)
		if len(kept) != 1 || text(t, kept[0]) != work {
			t.Errorf("%s: kept %q", work, kept)
		}
	}
	if got := left(t, dir); !slices.Equal(got, []string{"a.yaml", "a.yaml" + Beside, "a.yaml" + Beside + ".2"}) {
		t.Errorf("in the folder: %q", got)
	}
}

// Who saves while files are written back loses nothing, and the others are as they were, earlier copies too.
func TestSavedMeanwhile(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.txt"), filepath.Join(dir, "b.yaml")
	write(t, a, "work")
	write(t, a+Beside, "work")
	write(t, b, "work")
	_, _, err := Disk{}.Replace(files(a, "old", b, "old"), b, func(name string, _ []byte) bool {
		if name == b {
			write(t, b, "saved")
		}
		return false
	})
	if err == nil || !strings.Contains(err.Error(), "b.yaml cannot be written back: somebody else has written it just now") {
		t.Errorf("%v", err)
	}
	if got := text(t, a) + text(t, a+Beside) + text(t, b); got != "workworksaved" {
		t.Errorf("the files have %s", got)
	}
	if got := left(t, dir); len(got) != 3 {
		t.Errorf("in the folder: %q", got)
	}
}

// Two names of one file are written once, and not where it cannot have both contents.
func TestOneFileTwice(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.txt"), filepath.Join(dir, "b.txt")
	write(t, a, "work")
	must(t, os.Symlink("a.txt", b))
	if _, _, err := (Disk{}).Replace(files(a, "old", b, "other"), "", knows("work")); err == nil || !strings.Contains(err.Error(), "it leads to the same file as "+a) {
		t.Errorf("%v", err)
	}
	if text(t, a) != "work" {
		t.Error("it is changed")
	}
	written, kept, err := Disk{}.Replace(files(a, "old", b, "old"), "", knows())
	must(t, err)
	if !slices.Equal(written, []string{a}) || len(kept) != 1 || text(t, b) != "old" || len(left(t, dir)) != 3 {
		t.Errorf("%q, %q, %q", written, kept, left(t, dir))
	}
}
