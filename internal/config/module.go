package config

import (
	"bytes"

	"go.yaml.in/yaml/v4"

	"github.com/livefilter/livefilter/internal/wasmbin"
)

// MaxModuleBytes is the size of the largest module that Parse accepts. Its code is sent
// to every Envoy inline.
const MaxModuleBytes = 16 << 20

// moduleFields are what stands beside a module, nil where it does not.
type moduleFields struct{ config, configFrom, env, share, fail *value }

func (v value) module(own moduleFields) *Module {
	path, code, ok := v.file(MaxModuleBytes)
	if ok {
		if wrong := wasmbin.NotAModule(code); wrong != "" {
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
