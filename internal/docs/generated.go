package docs

import (
	"os"
	"strings"
	"testing"
)

const (
	begins = "<!-- generated: edit what it is made of, then run the test with -update -->\n"
	ends   = "<!-- the end of what is generated -->\n"
)

// Hold fails unless the generated part of a page is text; with update it writes it.
func Hold(t testing.TB, file, text string, update bool) {
	t.Helper()
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(page), begins)
	_, tail, ended := strings.Cut(rest, ends)
	if !found || !ended {
		t.Fatalf("%s has no generated part, between\n%s%s", file, begins, ends)
	}
	next := head + begins + "\n" + strings.Trim(text, "\n") + "\n\n" + ends + tail
	if next == string(page) {
		return
	}
	if !update {
		t.Errorf("%s is not what the code says: run this test with -update", file)
		return
	}
	if err := os.WriteFile(file, []byte(next), 0o644); err != nil {
		t.Fatal(err)
	}
}
