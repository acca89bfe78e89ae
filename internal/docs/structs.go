package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
)

// Struct is a type whose JSON is described under Title: Package is a folder of internal.
type Struct struct{ Package, Name, Title string }

// Structs describes the JSON of Go's types by their comments, a section with a table each. Types that are listed are
// linked where a field has one.
func Structs(internal string, list []Struct) (string, error) {
	var text strings.Builder
	for _, s := range list {
		spec, doc, err := find(filepath.Join(internal, s.Package), s.Name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&text, "## %s\n\n%s\n\n| field | is | meaning |\n|---|---|---|\n", s.Title, cell(sentence(named.ReplaceAllString(doc, ""))))
		for _, field := range spec.Fields.List {
			tag := ""
			if field.Tag != nil {
				tag = reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Get("json")
			}
			name, options, _ := strings.Cut(tag, ",")
			if name == "" || name == "-" {
				continue
			}
			is := jsonType(field.Type, s.Package, list)
			if strings.HasPrefix(options, "omit") {
				is += "; may be absent"
			}
			about := meaning(field)
			if about == "" {
				return "", fmt.Errorf("%s.%s: field %s has no comment", s.Package, s.Name, name)
			}
			fmt.Fprintf(&text, "| `%s` | %s | %s |\n", name, is, cell(about))
		}
		text.WriteString("\n")
	}
	return text.String(), nil
}

// find returns the struct, and its comment without the name that this begins with.
func find(folder, name string) (*ast.StructType, string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, "", err
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, e.Name()), nil, parser.ParseComments)
		if err != nil {
			return nil, "", err
		}
		for _, d := range file.Decls {
			decl, _ := d.(*ast.GenDecl)
			if decl == nil {
				continue
			}
			for _, s := range decl.Specs {
				spec, _ := s.(*ast.TypeSpec)
				if spec == nil || spec.Name.Name != name {
					continue
				}
				if structure, is := spec.Type.(*ast.StructType); is {
					return structure, strings.TrimSpace(decl.Doc.Text()), nil
				}
			}
		}
	}
	return nil, "", fmt.Errorf("there is no struct %s in %s", name, folder)
}

var jsonNames = map[string]string{
	"string": "text", "bool": "`true`, `false`", "int": "number", "uint64": "number", "time.Time": "time", "time.Duration": "number",
}

func jsonType(of ast.Expr, in string, list []Struct) string {
	switch of := of.(type) {
	case *ast.StarExpr:
		return jsonType(of.X, in, list) + ", or `null`"
	case *ast.ArrayType:
		return "list of " + jsonType(of.Elt, in, list)
	case *ast.MapType:
		return "mapping of " + jsonType(of.Value, in, list)
	case *ast.SelectorExpr:
		from := of.X.(*ast.Ident).Name
		if name := jsonNames[from+"."+of.Sel.Name]; name != "" {
			return name
		}
		return jsonType(of.Sel, from, list)
	case *ast.Ident:
		for _, s := range list {
			if s.Package == in && s.Name == of.Name {
				return "[" + s.Title + "](#" + strings.ReplaceAll(strings.ToLower(s.Title), " ", "-") + ")"
			}
		}
		if name := jsonNames[of.Name]; name != "" {
			return name
		}
		return of.Name
	}
	return "any"
}

var named = regexp.MustCompile(`^[A-Z]\w+(?: (?:is|are) |: )`)

// meaning is a field's comment, above or behind it, without the name that it begins with.
func meaning(field *ast.Field) string {
	text := strings.TrimSpace(field.Doc.Text())
	if text == "" {
		text = strings.TrimSpace(field.Comment.Text())
	}
	text = strings.ReplaceAll(text, "nil", "`null`")
	if text == "" {
		return ""
	}
	return sentence(named.ReplaceAllString(text, ""))
}

func sentence(text string) string {
	return strings.TrimSuffix(strings.ToUpper(text[:1])+text[1:], ".") + "."
}
