package config

import "time"

// defaultMax bounds what a response can ask for.
const defaultMax = time.Hour

// maxAfter is the module's bound.
const maxAfter = 1000

// evict may say what happens when all are out, too: that was its field once.
func (v value) evict(whenAllOut *string) *Evict {
	e := Evict{After: 1}
	var limit *value
	known := v.fields(
		optional("on", func(v value) { e.On = v.statuses() }),
		optional("grpc", func(v value) { e.GRPC = v.grpcStatuses() }),
		optional("header", func(v value) { e.Header = v.responseHeaders() }),
		optional("after", func(v value) { e.After = v.number(maxAfter) }),
		optional("for", func(v value) { e.For = v.duration() }),
		optional("forever", func(v value) { e.Forever = v.statuses() }),
		optional("retry_after", func(v value) { e.RetryAfter = v.boolean() }),
		optional("reset_header", func(v value) { e.ResetHeader = v.nameInResponse() }),
		optional("when_all_out", func(v value) { *whenAllOut = v.whenAllOut() }),
		optional("max", func(v value) { limit, e.Max = &v, v.duration() }),
	)
	v.evictReasons(known)
	told := e.RetryAfter || e.ResetHeader != ""
	switch {
	case limit == nil && told:
		e.Max = max(e.For, defaultMax)
	case limit != nil && !told:
		limit.errorf("bounds retry_after and reset_header, and neither is there")
	case limit != nil && e.Max < e.For:
		limit.errorf("must not be shorter than for")
	}
	return &e
}

// evictReasons reports what goes without a reason to evict, or is missing for one.
func (v value) evictReasons(known bool) {
	ends := v.has("on", "grpc", "header")
	switch {
	case !ends && !v.has("forever"):
		if known {
			v.errorf("needs on, grpc, header or forever: what counts as a failure")
		}
		return
	case ends && !v.has("for"):
		if known {
			v.lacks("for", "is required with on, grpc and header")
		}
	case !ends:
		for _, name := range []string{"after", "for", "retry_after", "reset_header"} {
			if v.has(name) {
				v.field(name).errorf("is for on, grpc and header, and none is there: forever has no end")
			}
		}
		return
	}
	if v.has("after") && !v.has("on", "grpc") {
		v.field("after").errorf("counts failures by on and grpc, and neither is there: header is enough at once")
	}
}

func (v value) whenAllOut() string { return v.word(first, "soonest", "reject") }
