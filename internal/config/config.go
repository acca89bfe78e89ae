// Package config is what the user writes: one YAML file, read strictly.
//
// Parse takes the file's bytes and returns either a Config, with every default filled in
// and every spelling brought to one form, or all that is wrong with the file, each error
// at its line and column. Files that mean the same give equal Configs.
package config

import (
	"strings"
	"time"
)

// Config is a whole file. It has been validated: what Envoy could refuse because of the
// file's content is not in it.
type Config struct {
	Listener Listener
	// Filters run in this order; none means that traffic passes through untouched.
	Filters []Filter
	// Upstreams has at least one entry; the first takes the traffic, unless a filter has Balance.
	Upstreams []Upstream

	positions map[string]Position
}

// Callable are the upstreams that f can call: all of them, and nil for the built-in filter, which calls nobody.
func (c *Config) Callable(f Filter) (names []string) {
	if f.Module != nil {
		names, _ = c.Names()
	}
	return names
}

// Position returns where the value at path stands in the file, for instance
// "filters[0].headers[0].values", or where the nearest known value around it stands.
func (c *Config) Position(path string) Position {
	for {
		if p, ok := c.positions[path]; ok || path == "" {
			return p
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

// Names are those of the upstreams and of the filters.
func (c *Config) Names() (upstreams, filters []string) {
	for _, u := range c.Upstreams {
		upstreams = append(upstreams, u.Name)
	}
	for _, f := range c.Filters {
		filters = append(filters, f.Name)
	}
	return upstreams, filters
}

// Listener is where Envoy takes connections.
type Listener struct {
	Address string // an IP address in its canonical form
	Port    uint32 // 1 to 65535
	// FilterConfig is how filters reach Envoy: "ecds", each as a resource of its own, or
	// "inline", within the listener.
	FilterConfig string
	// OnMissing is what becomes of requests while an Envoy has not got a filter: "block"
	// refuses them with 403, "pass" lets them through without it. An inline filter is
	// never missing.
	OnMissing string
	// AccessLog is what Envoy writes of each request to its standard output: "off", "json" or "text".
	AccessLog string
	// TLS is what it shows to clients; nil: plaintext.
	TLS *KeyPair
}

// KeyPair is a certificate and the key to it, which Envoy takes.
type KeyPair struct {
	Cert, Key         []byte // PEM: the certificate and those of its CAs, and one private key
	CertPath, KeyPath string // as in the file: relative to the file's folder, or absolute
}

// Filter is one HTTP filter: either rules for headers and the choice of the upstream, which
// the built-in module carries out, or a module of the user's own.
type Filter struct {
	Name    string
	Headers []Header // nil if Module is set
	Balance *Balance // nil if Module or Retry is set; of one filter at most
	Module  *Module  // nil if Headers or Balance is set
	// ResponseHeader is the header that marks responses with Name, in lower case: nil for
	// the built-in filter's own, "" for none.
	ResponseHeader *string
	Retry          *Retry // nil: the first response is the client's
}

// Retry sends a request again, through the filter, after a response that it may not keep.
type Retry struct {
	On    []string // as in Evict
	Tries uint32   // 1 to 10, the first one included
	// NonIdempotent lets requests be sent again that may do something twice, POST say.
	NonIdempotent bool
}

// Header replaces one request header by one of Values, chosen at random for each request.
type Header struct {
	Name   string // lower case; ":authority" for Host too
	Values []Value
	// ValuesFrom is the file that Values come from, as in the config: "" if they are in it.
	ValuesFrom string
	Evict      *Evict // nil: no value ever sits out
}

// Value is a header's value and how often it is chosen, relative to the others.
type Value struct {
	Value  string
	Weight uint32 // 1 to 1000
}

// Evict leaves a value out for a while after a response that it earned.
type Evict struct {
	On  []string      // sorted: "4xx", "5xx", or codes such as "429" outside of these
	For time.Duration // 1 ms to 24 h
	// RetryAfter lets the response's Retry-After header replace For, up to Max.
	RetryAfter bool
	Max        time.Duration // at least For; 0 unless RetryAfter is set
	// WhenAllOut says what takes a request when every value is out: the "first" one, the one
	// that is back "soonest", or none: "reject" answers it with 503.
	WhenAllOut string
}

// Module is a proxy-wasm module and the configuration that it reads when it starts.
type Module struct {
	Path   string // as in the file: relative to the file's folder, or absolute
	Code   []byte
	Config string // JSON, or a string handed over as it is; "" if there is none
	// ConfigIsJSON tells JSON from a string that happens to look like it.
	ConfigIsJSON bool
}

// Upstream is a server that traffic goes to.
type Upstream struct {
	Name string
	Host string // a DNS name in lower case, or an IP address in its canonical form
	Port uint32 // 1 to 65535
	TLS  *TLS   // nil: plaintext
	// HTTP is the version that the upstream is spoken to in: 1, 2, or with TLS 0, what the
	// two agree on (ALPN).
	HTTP uint32
	// ConnectTimeout bounds TCP and TLS set-up, Timeout a request with all its tries (0: no
	// bound), Idle how long a connection without requests is kept. Each is 1 ms to 24 h.
	ConnectTimeout, Timeout, Idle time.Duration
}

// TLS verifies the upstream's certificate: its chain, and the name SNI or the IP address.
type TLS struct {
	SNI    string // a DNS name in lower case; "" if Host is an IP address and none was given
	CA     []byte // PEM, certificates only; nil: the bundle on Envoy's machine
	CAPath string // as in the file: relative to the file's folder, or absolute
	// Client is what Envoy shows to the upstream; nil: nothing.
	Client *KeyPair
}
