package docs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Schema returns what a JSON schema says, a section with a table for each object, in the order of the schema.
func Schema(schema []byte) (string, error) {
	var document yaml.Node // which keeps the order
	if err := yaml.Unmarshal(schema, &document); err != nil {
		return "", err
	}
	r := &reference{root: document.Content[0], places: map[*yaml.Node]string{}}
	r.section("", scalar(r.root, "description"), r.root)
	return r.text.String(), nil
}

// reference writes a section for each object of the schema.
type reference struct {
	root   *yaml.Node
	text   strings.Builder
	places map[*yaml.Node]string // where each object is described
}

func (r *reference) section(place, about string, object *yaml.Node) {
	r.places[object] = place
	if place == "" {
		r.text.WriteString("\n## The file\n\n")
	} else {
		fmt.Fprintf(&r.text, "\n## `%s`\n\n", place)
	}
	fmt.Fprintf(&r.text, "%s\n\n| field | is | meaning |\n|---|---|---|\n", cell(about))
	type below struct {
		place, about string
		object       *yaml.Node
	}
	var next []below
	required := words(get(object, "required"))
	for name, field := range pairs(get(object, "properties")) {
		is, inner, suffix := r.kind(field)
		meaning := r.find(field, "description")
		if inner != nil {
			path, seen := r.places[inner]
			if !seen {
				path = strings.TrimPrefix(place+"."+name, ".") + suffix
				r.places[inner] = path
				next = append(next, below{path, cmp.Or(scalar(inner, "description"), meaning.Value), inner})
			}
			is = strings.ReplaceAll(is, "HERE", "[mapping](#"+anchor.Replace(path)+")")
		}
		if slices.Contains(required, name) {
			is += "; required"
		}
		if def := r.find(field, "default"); def != nil {
			is += "; default `" + def.Value + "`"
		}
		fmt.Fprintf(&r.text, "| `%s` | %s | %s |\n", name, is, cell(meaning.Value))
	}
	for _, b := range next {
		r.section(b.place, b.about, b.object)
	}
}

// anchor makes a place what a heading of it is linked by.
var anchor = strings.NewReplacer("[", "", "]", "", ".", "")

// names says what the schema says by a pattern.
var names = map[string]string{
	"name": "name", "duration": "duration, as `1m`", "path": "file", "cert": "file", "key": "file", "text": "text",
	"headerValue": "text", "port": "port", "statuses": "list of `4xx`, `5xx` and codes", "grpc": "list of names",
	"formatted": "header: text", "choiceHeaders": "header: text", "host": "name or address",
}

// kind says what a field is, HERE standing for the place where its object is described; suffix is [] in a list.
func (r *reference) kind(field *yaml.Node) (is string, object *yaml.Node, suffix string) {
	if ref := scalar(field, "$ref"); ref != "" {
		name := ref[strings.LastIndex(ref, "/")+1:]
		if is, known := names[name]; known {
			return is, nil, ""
		}
		return r.kind(get(get(r.root, "$defs"), name))
	}
	if list := get(field, "enum"); list != nil {
		return "`" + strings.Join(words(list), "`, `") + "`", nil, ""
	}
	if any := get(field, "anyOf"); any != nil && scalar(field, "type") == "" {
		var parts []string
		for _, one := range any.Content {
			part, o, s := r.kind(one)
			if o != nil {
				object, suffix = o, s
			}
			if len(parts) > 0 && part == "list of "+parts[0] {
				part = "a list"
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, ", or "), object, suffix
	}
	switch scalar(field, "type") {
	case "array":
		is, object, suffix = r.kind(get(field, "items"))
		return "list of " + is, object, suffix + "[]"
	case "object":
		if get(field, "properties") != nil {
			return "HERE", field, ""
		}
		return "mapping" + example(field), nil, ""
	case "integer", "number":
		return scalar(field, "minimum") + " to " + scalar(field, "maximum"), nil, ""
	case "boolean":
		return "`true`, `false`", nil, ""
	case "string":
		return "text" + example(field), nil, ""
	}
	return "any", nil, ""
}

func example(field *yaml.Node) string {
	list := get(field, "examples")
	if list == nil {
		return ""
	}
	one := list.Content[0]
	if one.Kind == yaml.MappingNode {
		return fmt.Sprintf(", as `{%s: %q}`", one.Content[0].Value, one.Content[1].Value)
	}
	return ", as `" + one.Value + "`"
}

// find looks for a key in a field, and then in what it refers to.
func (r *reference) find(field *yaml.Node, key string) *yaml.Node {
	if found := get(field, key); found != nil {
		return found
	}
	if ref := scalar(field, "$ref"); ref != "" {
		return r.find(get(get(r.root, "$defs"), ref[strings.LastIndex(ref, "/")+1:]), key)
	}
	if any := get(field, "anyOf"); any != nil && key == "default" {
		return get(any.Content[0], key)
	}
	return nil
}
