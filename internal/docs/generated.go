package docs

import (
	"fmt"
	"os"
	"strings"
)

const (
	begins = "<!-- generated: edit what it is made of, then run make docs -->\n"
	ends   = "<!-- the end of what is generated -->\n"
)

// Hold is an error unless text is the generated part of a page; with update it writes the page instead.
func Hold(file, text string, update bool) error {
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, found := strings.Cut(string(page), begins)
	_, tail, ended := strings.Cut(rest, ends)
	if !found || !ended {
		return fmt.Errorf("%s has no generated part, between\n%s%s", file, begins, ends)
	}
	next := head + begins + "\n" + strings.Trim(text, "\n") + "\n\n" + ends + tail
	switch {
	case next == string(page):
		return nil
	case update:
		return os.WriteFile(file, []byte(next), 0o644)
	}
	return fmt.Errorf("%s is not what the code says: run make docs", file)
}
