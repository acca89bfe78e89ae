//go:build torture

package torture

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strings"
)

// config is what a state of the files says, where it says something valid.
type config struct {
	agent     *agent
	module    *module
	upstreams []upstream // more than one: a filter chooses
	onMissing string
}

// agent is the built-in filter: it sets a header.
type agent struct {
	header string
	values []string // none: those of the file keysFile
	tries  int      // more than 0: it retries on 429, in the cluster's chain
	match  string   // "" or one that fits every request
}

// module is a filter that marks responses.
type module struct{ config, match string }

type upstream struct{ name, host, port string }

// The files; the config file names the other two.
const configFile, keysFile, moduleFile = "livefilter.yaml", "keys.txt", "tag.wasm"

// own is what clients send in the headers that the agent may set.
const own = "own"

// headers that the agent may set.
var headers = []string{"User-Agent", "X-Key"}

func (c config) clone() config {
	if c.agent != nil {
		a := *c.agent
		a.values = slices.Clone(a.values)
		c.agent = &a
	}
	if c.module != nil {
		m := *c.module
		c.module = &m
	}
	c.upstreams = slices.Clone(c.upstreams)
	return c
}

// yaml is the config as a file says it; n is in a comment. The upstreams come last, so that no
// beginning of the file is valid.
func (c config) yaml(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# state %d\nlistener: {address: 127.0.0.1, port: 10000, on_missing: %s}\nfilters:", n, c.onMissing)
	if c.agent == nil && c.module == nil && len(c.upstreams) == 1 {
		b.WriteString(" []")
	}
	if a := c.agent; a != nil {
		values := "values_from: " + keysFile
		if len(a.values) > 0 {
			values = "values: [" + strings.Join(a.values, ", ") + "]"
		}
		fmt.Fprintf(&b, "\n  - name: agent\n    headers: [{name: %s, %s, evict: {on: [429], for: 1m}}]", a.header, values)
		if a.match != "" {
			fmt.Fprintf(&b, "\n    match: {%s}", a.match)
		}
		if a.tries > 0 {
			fmt.Fprintf(&b, "\n    retry: {on: [429], tries: %d}", a.tries)
		}
	}
	if m := c.module; m != nil {
		fmt.Fprintf(&b, "\n  - name: tag\n    module: %s", moduleFile)
		if m.match != "" {
			fmt.Fprintf(&b, "\n    match: {%s}", m.match)
		}
		if m.config != "" {
			fmt.Fprintf(&b, "\n    config: %s", m.config)
		}
	}
	if len(c.upstreams) > 1 {
		var names []string
		for _, u := range c.upstreams {
			names = append(names, u.name)
		}
		fmt.Fprintf(&b, "\n  - name: pick\n    balance: {upstreams: [%s]}", strings.Join(names, ", "))
	}
	b.WriteString("\nupstreams:\n")
	for _, u := range c.upstreams {
		fmt.Fprintf(&b, "  - {name: %s, host: %s, port: %s}\n", u.name, u.host, u.port)
	}
	return b.String()
}

// shape is what the listener says: connections that are open keep an old one until Envoy
// drains them.
func (c config) shape() string {
	return fmt.Sprint(c.agent != nil, c.moved(), c.module != nil, len(c.upstreams) > 1, c.onMissing)
}

// moved says whether the agent runs in the cluster's chain.
func (c config) moved() bool { return c.agent != nil && c.agent.tries > 0 }

// What the module's file holds beside a module with a stamp.
const (
	garbage = "garbage" // refused by the server
	refused = "refused" // only by Envoys
)

//go:embed testdata/tag.wasm
var tag []byte

// moduleBytes are those of a module's file.
func moduleBytes(stamp string) ([]byte, error) {
	switch stamp {
	case garbage:
		return []byte("no module"), nil
	case refused:
		return os.ReadFile("../testdata/unjudged.wasm")
	}
	return bytes.Replace(tag, []byte("m00000"), []byte(stamp), 1), nil
}
