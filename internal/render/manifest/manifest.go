// Package manifest fills in templates of YAML files. A template reads like the file that
// comes of it; what is filled in cannot break out of its place.
package manifest

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"text/template"

	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/render/protoyaml"
)

// functions are what templates have beside Go's own:
//
//	{{str S}}         S as a YAML string on one line, quoted where it must be
//	{{proto N M}}     the message M as YAML, indented by N spaces, without the last newline
//	{{item N M}}      the same as an entry of a list
var functions = template.FuncMap{"str": protoyaml.String, "proto": indented, "item": item}

// Parse reads the templates in files that match pattern; more are functions of their own.
// They must be well-formed, being a part of the program. Each goes by its file name.
func Parse(files fs.FS, pattern string, more template.FuncMap) *template.Template {
	return template.Must(template.New("").Funcs(functions).Funcs(more).ParseFS(files, pattern))
}

// Execute returns the template called name, filled in with data.
func Execute(t *template.Template, name string, data any) ([]byte, error) {
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, name, data); err != nil {
		return nil, fmt.Errorf("write %s: %w", strings.TrimSuffix(name, ".tmpl"), err)
	}
	return out.Bytes(), nil
}

func indented(spaces int, m proto.Message) (string, error) {
	text, err := protoyaml.Marshal(m)
	if err != nil {
		return "", err
	}
	indent := strings.Repeat(" ", spaces)
	return indent + strings.ReplaceAll(strings.TrimSuffix(string(text), "\n"), "\n", "\n"+indent), nil
}

func item(spaces int, m proto.Message) (string, error) {
	text, err := indented(spaces+2, m)
	if err != nil {
		return "", err
	}
	return strings.Repeat(" ", spaces) + "- " + strings.TrimLeft(text, " "), nil
}
