//go:build torture

package torture

import "strings"

// breaks by name: what a person or a program does to the files that the server must refuse.
// Values that they have are in no valid state.
var breaks = map[string]func(e *editor, c *content){
	"bad YAML":      func(e *editor, c *content) { c.broken = c.config.yaml(e.n) + "\n  - {name: x" },
	"unknown field": func(e *editor, c *content) { e.values(c); c.broken = c.config.yaml(e.n) + "nobody: knows\n" },
	"truncated": func(e *editor, c *content) {
		e.values(c)
		text := c.config.yaml(e.n)
		c.broken = text[:1+e.rng.IntN(strings.Index(text, "upstreams:\n"))]
	},
	"no module there": func(e *editor, c *content) {
		e.values(c)
		e.withModule(c)
		c.broken = strings.Replace(c.config.yaml(e.n), moduleFile, "nowhere.wasm", 1)
	},
	"no upstream of that name": func(e *editor, c *content) {
		e.values(c)
		c.broken = strings.Replace(c.config.yaml(e.n), "filters:", "filters:\n  - {name: nowhere, balance: {upstreams: [nobody]}}", 1)
	},
	"a module of garbage":         func(e *editor, c *content) { e.withModule(c); c.stamp = garbage },
	"a config the module refuses": func(e *editor, c *content) { e.values(c); e.withModule(c).config = refusedConfig },
	"no keys":                     func(e *editor, c *content) { e.withAgent(c).values, c.keys = nil, nil },
	"no keys, and other values": func(e *editor, c *content) {
		a := e.withAgent(c)
		a.header, a.values, c.keys = e.oneOf(headers), nil, nil
	},
	"what Envoys refuse": func(e *editor, c *content) { e.values(c); e.withModule(c); c.stamp = refused },
}
