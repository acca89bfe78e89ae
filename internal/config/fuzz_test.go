package config

import (
	"cmp"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse: whatever the file holds, Parse ends with a Config or with errors that point
// into the file, and an editor that knows the schema accepts what Parse accepts.
func FuzzParse(f *testing.F) {
	for _, prefix := range []string{"valid-", "invalid-", "same-as-"} {
		for _, name := range files(f, prefix) {
			f.Add(content(f, name))
		}
	}
	schema := compileSchema(f)
	read := func(path string) ([]byte, error) {
		// Nothing but testdata: the fuzzer must not come upon a device.
		if !strings.HasPrefix(path, "files/") || strings.Contains(path, "..") {
			return nil, os.ErrNotExist
		}
		return readTestdata(path)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("c.yaml", data, read)
		if again, _ := Parse("c.yaml", data, read); !reflect.DeepEqual(c, again) {
			t.Errorf("parsed twice, two Configs:\n%+v\n%+v", c, again)
		}
		if err == nil {
			if c == nil || len(c.Upstreams) == 0 {
				t.Fatalf("no error and no config: %+v", c)
			}
			document, ok := asJSON(data)
			if !ok {
				t.Fatal("accepted, though it is not plain YAML")
			}
			if err := schema.Validate(document); err != nil {
				t.Errorf("Parse accepts what the schema refuses: %v", err)
			}
			return
		}
		var errs Errors
		if c != nil || !errors.As(err, &errs) || len(errs) == 0 {
			t.Fatalf("got %+v and %#v", c, err)
		}
		if !slices.IsSortedFunc(errs, func(a, b Error) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		}) {
			t.Errorf("not in the order of the file:\n%v", err)
		}
		lines := 1 + strings.Count(string(data), "\n") + strings.Count(string(data), "\r")
		for _, e := range errs {
			text := e.Error()
			if e.Line < 1 || e.Line > lines || e.Column < 1 || e.Column > len(data)+1 {
				t.Errorf("points outside of the file: %s", text)
			}
			if e.Message == "" || strings.ContainsAny(text, "\r\n") || !utf8.ValidString(text) {
				t.Errorf("not one line of text: %q", text)
			}
		}
	})
}
