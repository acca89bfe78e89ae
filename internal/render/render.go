// Package render holds what the renderings of a config have in common: each is some files.
// The packages below it make them, one a kind of reader: a plain Envoy (static, dump,
// attach), Istio, Envoy Gateway. They stand on config and snapshot.
package render

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/replace"
)

// File is one file of a rendering.
type File struct {
	Name string // relative to the folder that the rendering goes to, with slashes
	Data []byte
	// Private: it may have values of headers, configs of modules or keys, and is for its owner alone.
	Private bool
}

// Write writes files into the folder dir, which is made if it is not there. Files of the
// same names are replaced, others are left alone.
func Write(dir string, files []File) error {
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		mode := os.FileMode(0o644)
		if f.Private {
			mode = 0o600
		}
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = replace.File(path, f.Data, mode) // an Envoy may be reading it
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", f.Name, err)
		}
	}
	return nil
}

// Refusal is an error about the value at path in the config's file, "filters" say.
func Refusal(c *config.Config, path, message string) error {
	return config.Errors{{Position: c.Position(path), Path: path, Message: message}}
}

// NoBalance returns an error if a filter of c chooses the upstream: an Envoy that takes the
// filter alone has other routes, and would send on the header with the choice.
func NoBalance(c *config.Config) error {
	for i, f := range c.Filters {
		if f.Balance != nil {
			return Refusal(c, fmt.Sprintf("filters[%d].balance", i), "needs livefilter's own routes, which an Envoy that takes the filter alone has not got")
		}
	}
	return nil
}

// NoUpstreamMatch returns an error if requests choose among the upstreams of c.
func NoUpstreamMatch(c *config.Config) error {
	for i, u := range c.Upstreams {
		if u.Match != nil {
			return Refusal(c, fmt.Sprintf("upstreams[%d].match", i), "needs livefilter's own routes: in a mesh a VirtualService chooses among upstreams")
		}
	}
	return nil
}
