package docs

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

func pairs(mapping *yaml.Node) func(func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		for i := 0; i < len(mapping.Content); i += 2 {
			if !yield(mapping.Content[i].Value, mapping.Content[i+1]) {
				return
			}
		}
	}
}

func get(mapping *yaml.Node, key string) *yaml.Node {
	if mapping.Kind != yaml.MappingNode {
		return nil
	}
	for name, v := range pairs(mapping) {
		if name == key {
			return v
		}
	}
	return nil
}

func scalar(mapping *yaml.Node, key string) string {
	if v := get(mapping, key); v != nil {
		return v.Value
	}
	return ""
}

func words(list *yaml.Node) (all []string) {
	if list != nil {
		for _, v := range list.Content {
			all = append(all, v.Value)
		}
	}
	return all
}

// cell is text in a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "<", "&lt;", "\n", " ").Replace(text)
}
