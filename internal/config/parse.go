package config

import "fmt"

// MaxBytes is the size of the largest config file that Parse accepts. It bounds all that
// a file can ask of Envoy, modules aside.
const MaxBytes = 1 << 20

// Parse reads the config in data, the content of file. It touches nothing but its
// arguments: the files that the config names (modules, CA certificates) come through
// read, which gets each path joined to the folder of file, and so do variables of the
// environment, see Variable. Other than through read it cannot block, and it never panics.
//
// A Config or an error is returned, never both. The error is of type Errors and holds
// everything that is wrong, in the order of the file.
func Parse(file string, data []byte, read func(path string) ([]byte, error)) (*Config, error) {
	p := &parser{file: file, needs: "; it needs filters and upstreams", read: read, positions: make(map[string]Position)}
	c := &Config{positions: p.positions}
	if root := p.document(data); root != nil {
		p.config(c, p.at(root, ""))
	}
	if len(p.errs) > 0 {
		return nil, p.errs.sorted()
	}
	return c, nil
}

// parser is one call of Parse: it collects errors and positions along the way.
type parser struct {
	file      string
	needs     string // what an empty file is told
	read      func(path string) ([]byte, error)
	positions map[string]Position
	errs      Errors
}

func (p *parser) errorf(line, column int, path, format string, args ...any) {
	p.errs = append(p.errs, Error{
		Position: Position{File: p.file, Line: line, Column: column},
		Path:     path,
		Message:  fmt.Sprintf(format, args...),
	})
}

// config reads the whole file. filters is required, though it may be the empty list: a
// file that lost its filters by accident must not switch them off in Envoy.
func (p *parser) config(c *Config, root value) {
	c.Listener = defaultListener
	balances := &balancing{first: unique{}}
	root.fields(
		optional("listener", func(v value) { c.Listener = v.listener() }),
		field{"filters", "is required; [] lets requests pass untouched", func(v value) {
			names := unique{}
			retries := unique{}
			v.list(0, 0, func(v value) { c.Filters = append(c.Filters, v.filter(names, retries, balances)) })
			p.shared(c.Filters)
		}},
		required("upstreams", func(v value) {
			names := unique{}
			v.list(1, 0, func(v value) { c.Upstreams = append(c.Upstreams, v.upstream(names)) })
			balances.resolve(c.Upstreams)
			balances.unreached(c, v)
		}),
		optional("clients", func(v value) { c.Clients = v.clientRules() }),
	)
}
