package config

func (v value) filter(names, retries unique, balances *balancing) Filter {
	var f Filter
	var match, headers, balance, module, calls *value
	var own moduleFields
	known := v.fields(
		required("name", func(v value) { f.Name = v.name(names) }),
		optional("match", func(v value) { match, f.Match = &v, v.match() }),
		optional("headers", func(v value) { headers = &v }),
		optional("balance", func(v value) { balance, f.Balance = &v, v.balance(balances) }),
		optional("mutate", func(v value) { f.Mutate = v.mutate() }),
		optional("module", func(v value) { module = &v }),
		optional("config", func(v value) { own.config = &v }),
		optional("config_from", func(v value) { own.configFrom = &v }),
		optional("env", func(v value) { own.env = &v }),
		optional("share", func(v value) { own.share = &v }),
		optional("fail", func(v value) { own.fail = &v }),
		optional("typed_config", func(v value) { f.Typed = v.typedConfig(balances) }),
		optional("calls", func(v value) { calls = &v }),
		optional("response_header", func(v value) { f.ResponseHeader = v.responseHeader() }),
		optional("retry", func(v value) { f.Retry = v.retry(retries) }),
	)
	if headers != nil {
		given := unique{}
		headers.list(1, maxHeaders, func(v value) { f.Headers = append(f.Headers, v.header(given)) })
	}
	if module != nil {
		f.Module = module.module(own)
	}
	if calls != nil && f.Typed != nil {
		calls.calls(f.Typed, balances)
	}
	v.oneKind(known)
	if f.Retry != nil && f.Retry.GRPC != nil && headers == nil {
		v.field("retry").field("grpc").errorf("is for headers, whose filter looks at that, and this filter has none")
	}
	switch {
	case balance == nil || module != nil:
	case f.Retry != nil:
		f.across(*balance, v.field("retry"))
	case len(f.Headers) == maxHeaders:
		balance.errorf("a filter has at most %d headers, of which balance is one", maxHeaders)
	}
	if f.Match != nil && f.Retry != nil {
		match.ofEachTry(f)
	}
	v.clients(f)
	return f
}

// kinds are the fields that make a filter what it is, and what a message calls them. The
// built-in module carries out the first two, together.
var kinds = []struct{ field, called string }{
	{"headers", "headers"},
	{"balance", "balance"},
	{"mutate", "mutate"},
	{"module", "a module"},
	{"typed_config", "a typed_config"},
}

const noModule = "is for a module, and this filter has none"

// companions says which fields a filter has beside its kind, where not every kind can have
// them, and why.
var companions = []struct {
	field string
	to    []string
	why   string
}{
	{"config", []string{"module"}, noModule},
	{"config_from", []string{"module"}, noModule},
	{"env", []string{"module"}, noModule},
	{"share", []string{"module"}, noModule},
	{"fail", []string{"module"}, noModule},
	{"calls", []string{"typed_config"}, "is for typed_config; a module calls any upstream by its name"},
	{"response_header", []string{"headers", "balance"}, "is for headers and balance; mutate and modules mark responses as they like"},
	{"retry", []string{"headers", "balance", "module"}, "is for headers or a module, which may do something else at each try; this would do the same"},
}

// oneKind reports a filter of no kind or of two, and fields that its kind cannot have. Without
// known it has fields that nobody knows: one of the kinds is likely misspelt.
func (v value) oneKind(known bool) {
	kind, called := "", ""
	for _, k := range kinds {
		switch {
		case !v.has(k.field):
		case kind == "":
			kind, called = k.field, k.called
		case kind != "headers" || k.field != "balance":
			v.field(k.field).errorf("a filter has either %s or %s, not both", called, k.called)
		}
	}
	if kind == "" && known {
		v.errorf("needs headers, balance, mutate, a module or a typed_config")
	}
	for _, b := range companions {
		if kind != "" && v.has(b.field) && !v.has(b.to...) {
			v.field(b.field).errorf("%s", b.why)
		}
	}
}
