package docs

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCommands(t *testing.T) {
	page := "# A page\n\n```console untested: docker\n$ docker \\\n    ps\nCONTAINER …\n$ xds-server plan FILE --admin-address :1 | head -n 2\n```\n\n```yaml title=a.yaml\nfilters: []\n```\n"
	blocks := Blocks(page)
	if len(blocks) != 2 || blocks[0].Untested() != "docker" || blocks[1].Title() != "a.yaml" || blocks[1].Untested() != "" {
		t.Fatalf("%+v", blocks)
	}
	want := []Command{
		{Line: 4, Text: "docker \\\n    ps", Want: []string{"CONTAINER …"}},
		{Line: 7, Text: "xds-server plan FILE --admin-address :1 | head -n 2"},
	}
	if diff := cmp.Diff(want, Commands(blocks[0])); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Use{{"plan", []string{"--admin-address"}}}, Uses(want[1].Text)); diff != "" {
		t.Error(diff)
	}
}

func TestPrinted(t *testing.T) {
	for _, test := range []struct {
		want []string
		got  string
		ok   bool
	}{
		{[]string{"live on 1 of 1"}, "live on 1 of 1\n", true},
		{[]string{"live on 1 of 1"}, "live on 0 of 1\n", false},
		{[]string{"version …  live"}, "version 25ce  live\n", true},
		{[]string{"a", "…", "d"}, "a\nb\nc\nd\n", true},
		{[]string{"a", "…", "d"}, "a\nd", true},
		{[]string{"a", "…"}, "b\na\n", false},
		{[]string{"HTTP/1.1 200 OK"}, "HTTP/1.1 200 OK\r\n\n", true},
	} {
		if got := Printed(test.want, test.got); got != test.ok {
			t.Errorf("%q of %q: %t", test.got, test.want, got)
		}
	}
}
