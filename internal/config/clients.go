package config

import "fmt"

// clients reports rules that tell clients apart by what the filter has replaced by then: the rules
// are carried out in their order, balance last, and with retry the next try has all that they wrote.
// (The host of the client is kept for it.)
func (v value) clients(f Filter) {
	written := map[string]string{}
	write := func(h Header, path string) {
		for _, name := range h.Headers() {
			written[name] = path
		}
	}
	rules := f.Rules()
	if f.EachTry() {
		for i, h := range rules {
			write(h, fmt.Sprintf("%s.headers[%d]", v.path, i))
		}
	}
	for i, h := range rules {
		path := fmt.Sprintf("%s.headers[%d]", v.path, i)
		if i == len(f.Headers) {
			path = v.path + ".balance"
		}
		header := map[string]string{"header": h.Pick.Name, "cookie": "cookie", "host": ":authority"}[h.Pick.By]
		by := path + ".pick.sticky.by"
		switch {
		case header == "" || written[header] == "":
		case !f.EachTry():
			v.errorAt(by, "is replaced by %s before this looks at it; put this rule in front of that one, "+
				"or into a filter of its own in front", written[header])
		case h.Pick.By != "host":
			v.errorAt(by, "is replaced by %s: with retry the next try would not have what the client sent", written[header])
		}
		write(h, path)
	}
}
