package config

func (v value) filter(names, retries unique, balances *balancing) Filter {
	var f Filter
	var headers, balance, module, config, mark *value
	known := v.fields(
		required("name", func(v value) { f.Name = v.name(names) }),
		optional("headers", func(v value) { headers = &v }),
		optional("balance", func(v value) { balance, f.Balance = &v, v.balance(balances) }),
		optional("module", func(v value) { module = &v }),
		optional("config", func(v value) { config = &v }),
		optional("response_header", func(v value) { mark, f.ResponseHeader = &v, v.responseHeader() }),
		optional("retry", func(v value) { f.Retry = v.retry(retries) }),
	)
	if headers != nil {
		given := unique{}
		headers.list(1, maxHeaders, func(v value) { f.Headers = append(f.Headers, v.header(given)) })
	}
	if module != nil {
		f.Module = module.module()
	}
	switch {
	case headers != nil && module != nil:
		module.errorf("a filter has either headers or a module, not both")
	case balance != nil && module != nil:
		module.errorf("a filter has either balance or a module, not both")
	case headers == nil && balance == nil && module == nil && known: // else one of them is likely misspelt
		v.errorf("needs headers, balance or a module")
	}
	switch {
	case balance == nil:
	case f.Retry != nil:
		balance.errorf("the upstream is chosen once, and a filter with retry sees each try; give balance a filter of its own")
	case len(f.Headers) == maxHeaders:
		balance.errorf("a filter has at most %d headers, of which balance is one", maxHeaders)
	}
	if mark != nil && module != nil {
		mark.errorf("is for headers; a module marks responses as it likes")
	}
	switch {
	case config == nil:
	case module == nil:
		config.errorf("is for a module, and this filter has none")
	default:
		f.Module.Config, f.Module.ConfigIsJSON = config.moduleConfig()
	}
	return f
}
