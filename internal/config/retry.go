package config

import "strings"

func (v value) retry(retries unique) *Retry {
	var r Retry
	if before := retries.first("", v); before != "" {
		v.errorf("%s has one already; a request is sent again by one rule only", strings.TrimSuffix(before, ".retry"))
	}
	known := v.fields(
		optional("on", func(v value) { r.On = v.statuses() }),
		optional("grpc", func(v value) { r.GRPC = v.grpcStatuses() }),
		required("tries", func(v value) { r.Tries = v.number(10) }),
		optional("non_idempotent", func(v value) { r.NonIdempotent = v.boolean() }),
	)
	if known && !v.has("on", "grpc") {
		v.errorf("needs on or grpc: after which responses")
	}
	return &r
}

// responseHeader returns the name of a header that marks responses, or "" for none.
func (v value) responseHeader() *string {
	s, ok := v.text()
	if !ok {
		return nil
	}
	name := strings.ToLower(s)
	if name == "" {
		return &name
	}
	if wrong := notAHeader(name); wrong != "" || name == ":authority" || name == "host" {
		if wrong == "" {
			wrong = "it belongs to requests"
		}
		v.errorf("%s cannot mark a response: %s", header(s), wrong)
	}
	return &name
}
