package config

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzFiles: whatever is in the files that a config names, Parse ends with errors or with what can
// be sent.
func FuzzFiles(f *testing.F) {
	found, err := filepath.Glob("testdata/files/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range found {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if len(data) < 1000 {
			f.Add(data)
		}
	}
	const module = "\x00asm\x01\x00\x00\x00"
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, filter := range []string{
			"headers: [{name: x, values_from: f.txt}]", "headers: [{name: x, prefix: 'Bearer ', values_from: f.jsonl}]",
			"headers: [{name: x, values_from_env: NAME}]",
			"module: m.wasm, config_from: f.yaml", "module: m.wasm, config_from: f.json", "module: m.wasm, config_from: f.conf",
		} {
			c, err := Parse("c.yaml", []byte("filters: [{name: f, "+filter+"}]\nupstreams: [{name: u, host: h, port: 80}]\n"),
				func(path string) ([]byte, error) {
					if path == "m.wasm" {
						return []byte(module), nil
					}
					return data, nil
				})
			if err != nil {
				if !errors.As(err, new(Errors)) {
					t.Errorf("%s: %v", filter, err)
				}
				continue
			}
			f := c.Filters[0]
			for _, h := range f.Headers {
				for _, v := range h.Values {
					if strings.Trim(v.Value, " \t") != v.Value || strings.ContainsAny(v.Value, "\r\n\x00\ufeff\u200b\u00a0") {
						t.Errorf("%s: value %q", filter, v.Value)
					}
				}
			}
			if f.Module != nil && f.Module.ConfigIsJSON && !json.Valid([]byte(f.Module.Config)) {
				t.Errorf("%s: %q is not JSON", filter, f.Module.Config)
			}
		}
	})
}
