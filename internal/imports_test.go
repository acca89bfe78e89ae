// Package internal holds livefilter's rooms; this test holds the doors between them.
package internal

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/livefilter/livefilter/"

// house lists the rooms that open into others, and into which. A door leads to a room without doors or to one that is
// listed above, so that nothing goes in circles. A room that is not here imports nothing of ours.
var house = []struct {
	room  string
	doors []string
}{
	{"prune", []string{"wasmbin"}}, // filter/internal/prune, which writes the built-in module
	{"holder", []string{"terminal"}},
	{"xds", []string{"figures", "identity", "sparing", "terminal"}},
	{"typed", []string{"spelling"}},
	{"format", []string{"spelling"}},
	{"config", []string{"sparing", "spelling", "typed", "format", "wasmbin"}},
	{"snapshot", []string{"config", "builtin", "xds"}},
	{"plan", []string{"snapshot"}},
	{"proxywasm", []string{"terminal", "wasmbin"}},
	{"preflight", []string{"proxywasm", "wasmbin"}},
	{"certs", []string{"replace"}},
	{"putback", []string{"replace"}},
	{"render", []string{"config", "snapshot", "replace"}},
	{"usage", []string{"colour", "spelling"}},
	{"manpage", []string{"usage"}},
	{"try", []string{"config", "format", "preflight", "proxywasm", "snapshot"}},
	{"watch", []string{"source"}},
	{"dev", []string{"colour", "source", "terminal", "timeline"}},
	{"mtls", []string{"identity", "sparing", "terminal", "watch", "source"}},
	{"prepare", []string{"config", "format", "identity", "snapshot", "preflight", "xds", "redact"}},
	{"metrics", []string{"version"}},
	{"live", []string{"config", "prepare", "snapshot", "xds", "preflight", "plan", "timeline", "history", "metrics", "lastgood", "source", "figures", "redact", "version"}},
	{"summary", []string{"live", "xds", "colour"}},
	{"page", []string{"live", "config", "figures", "history", "timeline", "version", "xds"}},
	{"admin", []string{"live", "plan", "xds", "sparing", "source", "history", "page"}},
	{"doctor", []string{"config", "prepare", "live", "summary", "holder", "colour", "identity", "version"}},
}

// outside are the folders that wire and test the rooms. They may open any door of internal, and nobody imports them.
var outside = []string{"cmd", "e2e", "bench"}

// libraries are all that a room takes besides the standard library, where that is part of what the room is for.
var libraries = map[string][]string{
	"config":    {"go.yaml.in/yaml/v4"}, // protos are for typed
	"format":    nil,
	"wasmbin":   nil,
	"proxywasm": {"github.com/tetratelabs/wazero", "golang.org/x/sys", "google.golang.org/protobuf/encoding/protowire"},
	"preflight": nil, // it judges what proxywasm ran
	"try":       nil,
	"timeline":  nil,
	"holder":    nil,
	"history":   nil,
	"putback":   nil,
	"redact":    nil,
}

// room is where a package of ours belongs.
func room(folder string) string {
	if folder == "filter/internal/prune" {
		return "prune"
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(folder, "internal/"), "/")
	return name
}

func TestImportsGoOneWay(t *testing.T) {
	doors := map[string][]string{}
	for i, r := range house {
		doors[r.room] = r.doors
		for _, later := range house[i:] {
			if slices.Contains(r.doors, later.room) {
				t.Errorf("%s has a door to %s, which is not above it in the house", r.room, later.room)
			}
		}
	}
	for from, imports := range packages(t) {
		for _, to := range imports {
			to, ours := strings.CutPrefix(to, module)
			switch {
			case !ours || room(from) == room(to):
			case !strings.HasPrefix(to, "internal/"):
				t.Errorf("%s imports %s: internal only is for others", from, to)
			case !slices.Contains(outside, room(from)) && !slices.Contains(doors[room(from)], room(to)):
				t.Errorf("%s imports %s: no such door", from, to)
			}
		}
	}
}

func TestLibraries(t *testing.T) {
	for from, imports := range packages(t) {
		allowed, limited := libraries[room(from)]
		for _, to := range imports {
			first, _, _ := strings.Cut(to, "/")
			standard := !strings.Contains(first, ".")
			if limited && !standard && !strings.HasPrefix(to, module) &&
				!slices.ContainsFunc(allowed, func(l string) bool { return to == l || strings.HasPrefix(to, l+"/") }) {
				t.Errorf("%s imports %s: it makes do without", from, to)
			}
		}
	}
}

// packages are the folders of the module, with what their files import: those for any platform, but no tests. They are
// read here and not by `go list`, so that go test sees when its cached result is out of date.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || slices.Contains([]string{"testdata", "tests", "tools"}, d.Name())):
			return fs.SkipDir // tests and tools are modules of their own
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder := path.Dir(name)
		for _, i := range file.Imports {
			to, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			all[folder] = append(all[folder], to)
		}
		return nil
	})
	if err != nil || len(all["cmd/xds-server"]) == 0 {
		t.Fatalf("cmd/xds-server is not among %d packages: %v", len(all), err)
	}
	return all
}
