package config

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// Each advice begins with a field that there is, and no wish has the name of a field.
func TestWishes(t *testing.T) {
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	told := map[[2]string]bool{}
	for _, w := range wishes {
		advised, _, _ := strings.Cut(w.advice, " ")
		if find(schema, strings.TrimRight(advised, ",:")) == nil {
			t.Errorf("%q: there is no %s", w.advice, advised)
		}
		for _, at := range strings.Split(w.at, " ") {
			for _, name := range strings.Fields(w.names) {
				switch key := [2]string{at, name}; {
				case told[key]:
					t.Errorf("%s at %q is there twice", name, at)
				case find(schema, strings.TrimPrefix(at+"."+name, ".")) != nil:
					t.Errorf("%s at %q is a field", name, at)
				case find(schema, at) == nil:
					t.Errorf("there is no %s", at)
				default:
					told[key] = true
				}
			}
		}
	}
}

// find returns what the schema says of a path such as "filters[].name", or nil.
func find(schema map[string]any, path string) map[string]any {
	all := []map[string]any{schema}
	for _, step := range strings.FieldsFunc(strings.ReplaceAll(path, "[]", ".[]"), func(r rune) bool { return r == '.' }) {
		var next []map[string]any
		for _, o := range unfold(schema, all) {
			child, ok := o["items"].(map[string]any)
			if step != "[]" {
				properties, _ := o["properties"].(map[string]any)
				child, ok = properties[step].(map[string]any)
			}
			if ok {
				next = append(next, child)
			}
		}
		all = next
	}
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// unfold follows references and alternatives.
func unfold(schema map[string]any, all []map[string]any) (out []map[string]any) {
	for _, o := range all {
		out = append(out, o)
		if ref, ok := o["$ref"].(string); ok {
			defs := schema["$defs"].(map[string]any)
			out = append(out, unfold(schema, []map[string]any{defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)})...)
		}
		for _, kind := range []string{"anyOf", "oneOf"} {
			list, _ := o[kind].([]any)
			for _, a := range list {
				out = append(out, unfold(schema, []map[string]any{a.(map[string]any)})...)
			}
		}
	}
	return out
}
