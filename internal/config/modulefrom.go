package config

import (
	"bytes"
	"path/filepath"

	"go.yaml.in/yaml/v4"
)

// moduleConfigFrom reads the config of a module from a file. YAML and JSON mean what they would
// mean as config; all other text is handed over as it is, to the last line feed. Messages do not
// repeat what is in the file: it may be a secret.
func (v value) moduleConfigFrom(m *Module) {
	path, data, ok := v.file(MaxBytes)
	m.ConfigFrom = path
	if !ok {
		return
	}
	text, ok := v.fileText(path, data)
	if !ok {
		return
	}
	if len(bytes.TrimSpace(text)) == 0 {
		v.errorf("%s is empty", quote(path))
		return
	}
	p := &parser{file: path, read: v.read, positions: map[string]Position{}}
	var root *yaml.Node
	switch filepath.Ext(path) {
	case ".yaml", ".yml":
		root = p.document(data)
	case ".json":
		var err error
		if root, err = jsonNode(text); err != nil {
			v.errorf("%s %v", quote(path), err)
			return
		}
	default:
		m.Config = string(data)
		return
	}
	if root != nil {
		m.Config, m.ConfigIsJSON = p.at(root, "").moduleConfig()
	}
	for _, e := range p.errs.sorted() {
		v.errorf("%s, line %d, column %d: %s", quote(path), e.Line, e.Column, e.Message)
	}
}
