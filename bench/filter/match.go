package main

// matching has filter run for requests whose path begins with prefix, as internal/snapshot does.
func matching(filter object, prefix string) object {
	input := object{
		"name":         "path",
		"typed_config": typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", object{"header_name": ":path"}),
	}
	apply := typed("envoy.extensions.filters.http.composite.v3.ExecuteFilterAction", object{"typed_config": filter})
	return httpFilter("matching", "envoy.extensions.common.matching.v3.ExtensionWithMatcher", object{
		"extension_config": httpFilter("composite", "envoy.extensions.filters.http.composite.v3.Composite", object{}),
		"xds_matcher": object{"matcher_list": object{"matchers": list{object{
			"predicate": object{"single_predicate": object{"input": input, "value_match": object{"prefix": prefix}}},
			"on_match":  object{"action": object{"name": "apply", "typed_config": apply}},
		}}}},
	})
}
