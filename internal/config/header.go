package config

import "slices"

// Limits of the built-in module (filter/config.go), which would refuse more. Common
// servers take header lines of 8 KiB at most (nginx, large_client_header_buffers).
const (
	maxHeaders    = 16
	maxValues     = 1000
	maxValueBytes = 8 << 10
	maxWeight     = 1000
)

func (v value) header(names unique) Header {
	var h Header
	var how choosing
	var name, prefix, values, file, env, set, setFile *value
	known := v.fields(append([]field{
		optional("name", func(v value) { name, h.Name = &v, v.headerName(names) }),
		optional("prefix", func(v value) { prefix = &v }),
		optional("values", func(v value) { values = &v }),
		optional("values_from", func(v value) { file = &v }),
		optional("values_from_env", func(v value) { env = &v }),
		optional("set", func(v value) { set = &v }),
		optional("set_from", func(v value) { setFile = &v }),
	}, how.fields()...)...)
	list := &valueList{header: h.Name, given: unique{}, aliases: unique{}}
	if prefix != nil {
		list.prefix = prefix.valuePrefix()
	}
	if v.oneSource(known, values, file, env, set, setFile) {
		switch {
		case set != nil || setFile != nil:
			v.alone()
			h.set(set, setFile, names)
			h.settle(how)
			return h
		case values != nil:
			values.list(1, maxValues, list.entry)
		case file != nil:
			h.ValuesFrom = list.file(*file)
		default:
			list.environment(*env)
		}
	}
	h.Values = list.values
	h.settle(how)
	if name == nil && known && set == nil && setFile == nil {
		v.lacks("name", "is required, but with set or set_from")
	}
	return h
}

// settle is for a rule that has its values.
func (h *Header) settle(how choosing) {
	h.Pick, h.Limit, h.Evict, h.WhenAllOut = how.settled(slices.ContainsFunc(h.Values, func(v Value) bool { return v.Weight != 1 }))
}

// oneSource says whether a rule has one source of values, and reports that it has none or several.
// Without known it has fields that nobody knows: one of the sources is likely misspelt.
func (v value) oneSource(known bool, sources ...*value) bool {
	var given []*value
	for _, s := range sources {
		if s != nil {
			given = append(given, s)
		}
	}
	switch {
	case len(given) > 1:
		for _, s := range given[1:] {
			s.errorf("a rule has one source of values, and %s is one", given[0].fieldName())
		}
	case len(given) == 0 && known:
		v.errorf("needs one of values, values_from, values_from_env, set and set_from")
	}
	return len(given) == 1
}
