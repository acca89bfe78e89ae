//go:build torture

package torture

import (
	"fmt"
	"math/rand/v2"
)

// editor makes up valid edits. Each value that it writes is written once, so that what
// answers show tells from which edit it came.
type editor struct {
	rng *rand.Rand
	n   int // counts edits
}

func (e *editor) value() string { return fmt.Sprintf("v%05d", e.n) }
func (e *editor) stamp() string { return fmt.Sprintf("m%05d", e.n) }
func (e *editor) oneOf(all []string) string {
	return all[e.rng.IntN(len(all))]
}

func (e *editor) upstream(i int) upstream {
	return upstream{
		name: fmt.Sprintf("up%d-%d", i, e.n), host: fmt.Sprintf("127.%d.%d.%d", i+1, e.n/200, e.n%200+1), port: e.oneOf(backends),
	}
}

func (e *editor) first() content {
	c := config{onMissing: "block", upstreams: []upstream{e.upstream(0)}}
	c.agent = &agent{header: headers[0], values: []string{e.value()}}
	return content{config: c, keys: []string{"k00000"}, stamp: e.stamp()}
}

// matches fit every request: whichever a filter has, it is seen.
var matches = []string{"", "path: /*", "percent: 100", "path: /*, methods: GET, percent: 100"}

// edits by name. One that does not fit what there is changes the values.
var edits = map[string]func(e *editor, c *content){
	"values":   func(e *editor, c *content) { e.values(c) },
	"same":     func(*editor, *content) {}, // but for a comment
	"header":   func(e *editor, c *content) { e.withAgent(c).header = e.oneOf(headers) },
	"keys":     func(e *editor, c *content) { e.keys(c) },
	"the keys": func(e *editor, c *content) { a := e.withAgent(c); a.values = nil; e.keys(c) },
	"agent": func(e *editor, c *content) {
		if c.config.agent == nil {
			e.values(c)
		} else {
			c.config.agent = nil
		}
	},
	"retry": func(e *editor, c *content) { e.retry(c) },
	"match": func(e *editor, c *content) {
		e.withAgent(c).match = e.oneOf(matches)
		e.values(c)
	},
	"module's match": func(e *editor, c *content) {
		m := e.withModule(c)
		m.match, m.config = e.oneOf(matches), e.value()
	},
	"tries": func(e *editor, c *content) {
		if a := e.withAgent(c); a.tries > 0 {
			a.tries = 2 + e.rng.IntN(4)
		}
		e.values(c)
	},
	"bad value": func(e *editor, c *content) {
		e.values(c)
		if a := c.config.agent; a.tries > 1 {
			a.values = append(a.values, "bad"+e.value())
		}
	},
	"module": func(e *editor, c *content) {
		if c.config.module == nil {
			c.config.module = &module{}
		} else {
			c.config.module = nil
		}
		c.stamp = e.stamp()
	},
	"module's bytes":  func(e *editor, c *content) { e.withModule(c); c.stamp = e.stamp() },
	"module's config": func(e *editor, c *content) { e.withModule(c).config = e.oneOf([]string{"", e.value(), e.value()}) },
	"module and config": func(e *editor, c *content) {
		e.withModule(c).config = e.value()
		c.stamp = e.stamp()
	},
	"host": func(e *editor, c *content) { e.anUpstream(c).host = e.upstream(0).host },
	"port": func(e *editor, c *content) { e.anUpstream(c).port = e.oneOf(backends) },
	"rename": func(e *editor, c *content) {
		u := e.anUpstream(c)
		u.name = e.upstream(0).name
	},
	"upstreams": func(e *editor, c *content) { e.upstreams(c) },
	"reorder": func(e *editor, c *content) {
		u := c.config.upstreams
		e.rng.Shuffle(len(u), func(i, k int) { u[i], u[k] = u[k], u[i] })
	},
	"on_missing": func(e *editor, c *content) { c.config.onMissing = e.oneOf([]string{"block", "pass"}) },
	"everything": func(e *editor, c *content) {
		e.retry(c)
		e.withModule(c).config = e.value()
		c.stamp = e.stamp()
		e.upstreams(c)
	},
}

// withAgent is the agent, which there is afterwards.
func (e *editor) withAgent(c *content) *agent {
	if c.config.agent == nil {
		c.config.agent = &agent{header: e.oneOf(headers), values: []string{e.value()}}
	}
	return c.config.agent
}

func (e *editor) withModule(c *content) *module {
	if c.config.module == nil {
		c.config.module, c.stamp = &module{}, e.stamp()
	}
	return c.config.module
}

func (e *editor) anUpstream(c *content) *upstream {
	return &c.config.upstreams[e.rng.IntN(len(c.config.upstreams))]
}

func (e *editor) values(c *content) {
	e.withAgent(c).values = []string{e.value(), e.value() + "b"}[:1+e.rng.IntN(2)]
}

func (e *editor) retry(c *content) {
	a := e.withAgent(c)
	a.tries = []int{3, 0}[min(a.tries, 1)]
	e.values(c)
}

func (e *editor) upstreams(c *content) {
	c.config.upstreams = nil
	for i := range 1 + e.rng.IntN(3) {
		c.config.upstreams = append(c.config.upstreams, e.upstream(i))
	}
}

func (e *editor) keys(c *content) { c.keys = []string{fmt.Sprintf("k%05d", e.n)} }
