package main

import (
	"errors"
	"strings"
)

// way is one way to replace a request header by a random value and to name the filter in the response.
type way struct {
	name    string
	filter  object // its entry in http_filters; nil for no filter
	rewrite bool   // the response must carry x-proxy-wasm
}

// modules are Wasm files by name.
type modules [][2]string

func (m *modules) String() string { return "" }
func (m *modules) Set(text string) error {
	name, file, ok := strings.Cut(text, "=")
	if !ok {
		return errors.New("must be NAME=FILE")
	}
	*m = append(*m, [2]string{name, file})
	return nil
}

const (
	rule        = `{"headers":[{"name":"user-agent","values":["hello","world"]` // and more, and end
	evict       = `,"evict":{"on":["4xx"],"for":"1m"}`
	end         = `}]}`
	plainConfig = rule + end
	evictConfig = rule + evict + end
)

// fields are what a rule may have, each on its own but for the latter of picks.
var fields = [][2]string{
	{"random", ``},
	{"evict", evict},
	{"round_robin", `,"pick":"round_robin"`},
	{"in_order, evict", `,"pick":"in_order"` + evict},
	{"sticky by header", `,"pick":{"sticky":{"by":"header x-user"}}`},
	{"sticky by cookie", `,"pick":{"sticky":{"by":"cookie sid"}}`},
	{"sticky by ip", `,"pick":{"sticky":{"by":"ip"}}`},
	{"sticky by host", `,"pick":{"sticky":{"by":"host"}}`},
	{"limit", `,"limit":"1000000/1ms"`},
	{"round_robin, limit, evict", `,"pick":"round_robin","limit":"1000000/1ms"` + evict},
	{"evict forever, reset_header", `,"evict":{"on":["4xx"],"for":"1m","forever":[401],"retry_after":true,"reset_header":"x-reset"}`},
	{"evict after 3", `,"evict":{"on":["4xx"],"for":"1m","after":3}`},
	{"evict by a header", `,"evict":{"header":{"x-left":"0"},"for":"1m"}`},
	{"evict by grpc", `,"evict":{"grpc":["UNAVAILABLE"],"for":"1m"}`},
}

// eachField is a way for each of the fields.
func eachField(o options) []way {
	ways := []way{{name: "no filter"}}
	for _, f := range fields {
		for _, m := range o.modules {
			ways = append(ways, way{m[0] + ", " + f[0], wasm(m[1], rule+f[1]+end), true})
		}
	}
	for _, m := range o.modules {
		const set = `{"headers":[{"names":["user-agent","accept"],"values":[["hello","a"],["world","b"]]}]}`
		const two = `{"headers":[{"name":"user-agent","values":["hello","world"]},{"name":"accept","values":["a","b"]}]}`
		ways = append(ways, way{m[0] + ", a set of two headers", wasm(m[1], set), true}, way{m[0] + ", two rules", wasm(m[1], two), true})
	}
	return ways
}

func allWays(o options) []way {
	if o.fields {
		return eachField(o)
	}
	ways := []way{
		{name: "no filter"},
		{"header_mutation (one fixed value)", headerMutation(), true},
		{"header_mutation as typed_config", always(headerMutation()), true},
		{"Lua", lua(luaPlain), true},
		{"Lua as typed_config", always(lua(luaPlain)), true},
		{"ext_proc (a server in Go beside Envoy)", extProc(), true},
	}
	for _, m := range o.others {
		ways = append(ways, way{m[0], wasm(m[1], "plain"), true})
	}
	for _, m := range o.modules {
		ways = append(ways, way{m[0], wasm(m[1], plainConfig), true},
			way{m[0] + ", match that fits", matching(wasm(m[1], plainConfig), "/"), true},
			way{m[0] + ", match that does not", matching(wasm(m[1], plainConfig), "/never"), false})
	}
	ways = append(ways, way{"Lua, eviction (each worker its own)", lua(luaEvict), true})
	for _, m := range o.others {
		ways = append(ways, way{m[0] + ", eviction", wasm(m[1], "evict"), true})
	}
	for _, m := range o.modules {
		ways = append(ways, way{m[0] + ", eviction", wasm(m[1], evictConfig), true})
	}
	return ways
}

func typed(kind string, fields object) object {
	fields["@type"] = "type.googleapis.com/" + kind
	return fields
}

func httpFilter(name, kind string, fields object) object {
	return object{"name": name, "typed_config": typed(kind, fields)}
}

// always is a filter as typed_config has it.
func always(filter object) object {
	return httpFilter("always", "envoy.extensions.common.matching.v3.ExtensionWithMatcher", object{
		"extension_config": filter,
		"xds_matcher":      object{},
	})
}

func headerMutation() object {
	set := func(key, value string) list {
		return list{object{"append": object{
			"header":        object{"key": key, "value": value},
			"append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
		}}}
	}
	return httpFilter("header_mutation", "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation", object{
		"mutations": object{
			"request_mutations":  set("user-agent", "hello"),
			"response_mutations": set("x-proxy-wasm", "my-wasm-filter"),
		},
	})
}

func lua(code string) object {
	return httpFilter("lua", "envoy.extensions.filters.http.lua.v3.Lua",
		object{"default_source_code": object{"inline_string": code}})
}

const luaPlain = `
local values = {"hello", "world"}
function envoy_on_request(handle)
  handle:headers():replace("user-agent", values[math.random(#values)])
end
function envoy_on_response(handle)
  handle:headers():replace("x-proxy-wasm", "my-wasm-filter")
end`

// Lua has no memory that workers share, and each request a coroutine whose locals do not reach the response: what the
// request carried goes through dynamic metadata.
const luaEvict = `
local values = {"hello", "world"}
local out = {0, 0}
function envoy_on_request(handle)
  local chosen = math.random(#values)
  if out[chosen] > 0 then
    local now = os.time()
    if out[chosen] > now then
      chosen = 1
      for i = 1, #values do
        if out[i] <= now then chosen = i break end
      end
    end
  end
  handle:streamInfo():dynamicMetadata():set("livefilter", "chosen", chosen)
  handle:headers():replace("user-agent", values[chosen])
end
function envoy_on_response(handle)
  local status = handle:headers():get(":status")
  if string.byte(status) == 52 then
    local chosen = handle:streamInfo():dynamicMetadata():get("livefilter")["chosen"]
    out[chosen] = os.time() + 60
  end
  handle:headers():replace("x-proxy-wasm", "my-wasm-filter")
end`

func wasm(file, config string) object {
	return httpFilter("wasm", "envoy.extensions.filters.http.wasm.v3.Wasm", object{"config": object{
		"name":          "bench",
		"configuration": typed("google.protobuf.StringValue", object{"value": config}),
		"vm_config": object{
			"vm_id":   "bench",
			"runtime": "envoy.wasm.runtime.v8",
			"code":    object{"local": object{"filename": file}},
		},
	}})
}
