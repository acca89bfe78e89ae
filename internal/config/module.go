package config

import (
	"bytes"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// MaxModuleBytes is the size of the largest module that Parse accepts. Its code is sent
// to every Envoy inline.
const MaxModuleBytes = 16 << 20

// moduleFields are what stands beside a module, nil where it does not.
type moduleFields struct{ config, configFrom, env, share, fail *value }

func (v value) module(own moduleFields) *Module {
	path, code, ok := v.file(MaxModuleBytes)
	if ok {
		if wrong := notAModule(code); wrong != "" {
			v.errorf("%s %s", quote(path), wrong)
		}
	}
	m := &Module{Path: path, Code: code, Fail: "reload"}
	switch {
	case own.config != nil && own.configFrom != nil:
		own.configFrom.errorf("the config is either here or in a file, not both")
	case own.config != nil:
		m.Config, m.ConfigIsJSON = own.config.moduleConfig()
	case own.configFrom != nil:
		own.configFrom.moduleConfigFrom(m)
	}
	if own.env != nil {
		m.Env = own.env.environ()
	}
	if own.share != nil {
		m.Share = own.share.name(unique{})
	}
	if own.fail != nil {
		m.Fail = own.fail.word("reload", "closed", "open")
	}
	return m
}

var watText = regexp.MustCompile(`^(\s|;;[^\n]*\n)*\((module|component)\b`)

// notAModule says why code cannot be a WebAssembly module, or returns "". Whether it is a
// good one shows when it is started.
func notAModule(code []byte) string {
	const magic = "\x00asm"
	switch {
	case len(code) == 0:
		return "is empty"
	case bytes.HasPrefix(code, []byte(magic+"\x01\x00\x00\x00")):
		return ""
	case bytes.HasPrefix(code, []byte(magic+"\x0d\x00\x01\x00")):
		return "is a WebAssembly component; Envoy runs modules (build without the component model, for wasip1)"
	case bytes.HasPrefix(code, []byte(magic)):
		return "is WebAssembly of a version that Envoy does not run"
	case watText.Match(code):
		return "is WebAssembly in text form; compile it with wat2wasm"
	case strings.HasPrefix(string(code), "version https://git-lfs"):
		return "is a Git LFS pointer; fetch the module itself with git lfs pull"
	}
	return "is not a WebAssembly module: it does not begin with \\0asm"
}

// moduleConfig returns what the module is given: a string as it is, all else as JSON.
func (v value) moduleConfig() (config string, isJSON bool) {
	switch {
	case v.node.Kind == toldOf:
		return "", false
	case isNull(v.node):
		v.errorf("must have a value; without one, leave the field out")
		return "", false
	case v.node.Kind == yaml.ScalarNode && v.node.Tag == "!!str":
		return v.node.Value, false
	}
	var b bytes.Buffer
	v.writeJSON(&b)
	return b.String(), true
}
