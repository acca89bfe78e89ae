// Package internal holds livefilter's rooms; this test holds the doors between them.
package internal

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/livefilter/livefilter/"

// doors are the imports allowed inside internal/; cmd wires the rest. Each is named in the
// importing package's own documentation.
var doors = map[string][]string{
	"snapshot": {"config", "builtin"},
	"prepare":  {"config", "snapshot", "preflight", "xds"},
	"live":     {"config", "prepare", "snapshot", "xds", "preflight", "plan", "timeline", "metrics", "lastgood"},
	"admin":    {"live", "xds"},
	"render":   {"config", "snapshot"},
	"try":      {"preflight"},
}

func TestImportsGoOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}: {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		from, imports, _ := strings.Cut(strings.TrimSpace(line), ": ")
		from = strings.TrimPrefix(from, module+"internal/")
		room, _, _ := strings.Cut(from, "/")
		for to := range strings.FieldsSeq(imports) {
			to, ours := strings.CutPrefix(to, module)
			if !ours {
				continue
			}
			to, inside := strings.CutPrefix(to, "internal/")
			other, _, _ := strings.Cut(to, "/")
			if !inside || room != other && !slices.Contains(doors[room], other) {
				t.Errorf("internal/%s imports %s: no such door", from, to)
			}
		}
	}
}
