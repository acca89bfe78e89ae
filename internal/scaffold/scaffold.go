// Package scaffold writes the beginning of a proxy-wasm filter: a small one that works, with its test, its build and a
// config that serves it.
package scaffold

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Each file ends in .tmpl, since a go.mod would keep go:embed out of its folder, and a package.json is read by tools.
//
//go:embed templates
var templates embed.FS

// Language is one that filters can be written in.
type Language struct {
	Name  string // the word of --lang
	Title string
	Tools string // what has to be installed, a sentence
	Test  string // the command that tests the filter, in its folder
	Build string // the command that builds it
	// Module is the file that Build makes, in the folder.
	Module string
	source string // what to read first, a sentence
}

// Languages are all that there are.
var Languages = []Language{
	{
		Name: "tinygo", Title: "TinyGo", Module: "filter.wasm", Test: "make test", Build: "make build",
		source: "`main.go` is the filter, `parse.go` reads its config.",
		Tools:  "It needs Go and TinyGo 0.41 or newer (https://tinygo.org); Go alone builds no such module.",
	},
	{
		Name: "rust", Title: "Rust", Module: "target/wasm32-wasip1/release/filter.wasm",
		Test: "cargo test", Build: "cargo build --release --target wasm32-wasip1",
		source: "`src/lib.rs` is the filter, `src/parse.rs` reads its config.",
		Tools:  "It needs Rust (https://rustup.rs), and once: `rustup target add wasm32-wasip1`.",
	},
	{
		Name: "assemblyscript", Title: "AssemblyScript", Module: "filter.wasm", Test: "npm install && npm test", Build: "npm run release",
		source: "`assembly/index.ts` is the filter, `assembly/parse.ts` reads its config.",
		Tools:  "It needs Node.js 18 or newer with npm, and once: `npm install`.",
	},
}

// Names are the words of --lang.
func Names() []string {
	var names []string
	for _, l := range Languages {
		names = append(names, l.Name)
	}
	return names
}

// Find returns the language of that name. The error lists those that there are.
func Find(name string) (Language, error) {
	i := slices.IndexFunc(Languages, func(l Language) bool { return l.Name == name })
	if i < 0 {
		return Language{}, errors.New("must be " + strings.Join(Names()[:len(Languages)-1], ", ") + " or " + Names()[len(Languages)-1])
	}
	return Languages[i], nil
}

// Write makes the folder, if it is not there, and writes the filter into it. It returns the filter's name, which is the
// folder's as far as that can be one. A folder that has anything in it but .git is an error, and left alone.
func Write(dir string, l Language) (name string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	for _, e := range entries {
		if e.Name() != ".git" {
			return "", fmt.Errorf("%s is not empty: it has %s; name a folder that is new", dir, e.Name())
		}
	}
	full, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	name = nameOf(filepath.Base(full))
	words := strings.NewReplacer("FILTER", name, "MODULE", l.Module, "LANGUAGE", l.Title, "SOURCE", l.source, "TOOLS", l.Tools, "TEST", l.Test, "BUILD", l.Build)
	for _, from := range []string{"common", l.Name} {
		if err := write(dir, "templates/"+from, words); err != nil {
			return "", err
		}
	}
	return name, nil
}

func write(dir, from string, words *strings.Replacer) error {
	return fs.WalkDir(templates, from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := templates.ReadFile(path)
		if err != nil {
			return err
		}
		file := strings.TrimSuffix(strings.TrimPrefix(path, from+"/"), ".tmpl")
		if file == "gitignore" { // go:embed takes no name with a dot in front
			file = ".gitignore"
		}
		file = filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return os.WriteFile(file, []byte(words.Replace(string(text))), 0o644)
	})
}

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// taken are names of packages that the filters themselves need: no package depends on one of its own name.
var taken = []string{"", "log", "proxy-wasm", "assemblyscript", "core", "std", "alloc", "test"}

// nameOf makes a name for filter, crate and package of a folder's.
func nameOf(folder string) string {
	name := notInName.ReplaceAllString(strings.ToLower(folder), "-")
	name = strings.Trim(name[:min(len(name), 50)], "-")
	if slices.Contains(taken, name) || name[0] >= '0' && name[0] <= '9' {
		return strings.Trim("filter-"+name, "-")
	}
	return name
}
