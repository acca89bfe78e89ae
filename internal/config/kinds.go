package config

// Filter is one HTTP filter. It is of one kind: rules for headers and the choice of the
// upstream, which the built-in module carries out (Headers, Balance), Mutate, Module or Typed.
type Filter struct {
	Name    string
	Match   *Match // the requests that pass it; nil: all
	Headers []Header
	Balance *Balance // of one filter at most
	Mutate  *Mutate
	Module  *Module
	Typed   *Typed
	// ResponseHeader is the header that marks responses with Name, in lower case: nil for
	// the built-in filter's own, "" for none.
	ResponseHeader *string
	Retry          *Retry // nil: the first response is the client's
}

// Builtin says whether the built-in module carries the filter out.
func (f Filter) Builtin() bool { return f.Headers != nil || f.Balance != nil }

// Wasm says whether a module carries the filter out, the built-in one or another.
func (f Filter) Wasm() bool { return f.Mutate == nil && f.Typed == nil }

// Retry sends a request again, through the filter, after a response that it may not keep.
type Retry struct {
	On    []string // as in Evict
	GRPC  []string // as in Evict
	Tries uint32   // 1 to 10, the first one included
	// NonIdempotent lets requests be sent again that may do something twice, POST say.
	NonIdempotent bool
}

// Module is a proxy-wasm module and the configuration that it reads when it starts.
type Module struct {
	Path   string // as in the file: relative to the file's folder, or absolute
	Code   []byte
	Config string // JSON, or a string handed over as it is; "" if there is none
	// ConfigIsJSON tells JSON from a string that happens to look like it.
	ConfigIsJSON bool
	// ConfigFrom is the file that Config comes from, as in the config: "" if it is in it.
	ConfigFrom string
	Env        map[string]string // of the VM
	// Share is the group of filters of one module that run in one VM: "" for a VM of its own.
	Share string
	// Fail is what becomes of requests after the module crashed: "reload" starts it anew,
	// "closed" answers 503, "open" lets them pass.
	Fail string
}

// Match says which requests are meant: those for which every field that is set holds.
type Match struct {
	Paths   []string // one of them: "/exact" or "/prefix*", without the query string
	Hosts   []string // one of them, in lower case, without a port: "exact" or "*.suffix"
	Methods []string // one of them
	Headers []HeaderMatch
	Percent float64 // of those that match, at random; 0: all
}

// HeaderMatch is a header that must be there.
type HeaderMatch struct {
	Name   string   // lower case
	Values []string // one of them: "exact", "prefix*", or "*" for any
}

// Mutate changes headers without a module: Envoy's header_mutation filter.
type Mutate struct{ Request, Response Mutations }

// Mutations are changes of a message's headers.
type Mutations struct {
	Set, Append, Default []HeaderIs
	Remove               []string // names in lower case
}

// HeaderIs is a header and a value.
type HeaderIs struct{ Name, Value string }

// Typed is any other HTTP filter of Envoy's.
type Typed struct {
	TypeURL string
	Config  []byte   // the message of that type, on the wire
	Calls   []string // upstreams that it names or that the config says it calls, sorted
	Others  []string // clusters that it names and that only an Envoy with other ones has
}
