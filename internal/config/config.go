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
	// Clients are the rules of who may connect as which Envoy; none: everybody whose certificate
	// is verified may be any. See Admit. They are no part of what Envoys are sent.
	Clients []Client `json:",omitempty"`

	positions map[string]Position
}

// Callable are the upstreams that f can call: for a module all of them, and nil for the others:
// what a typed one calls it says itself.
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
	// Match are the requests that go there, whatever the first upstream is; nil: those that are left.
	Match *Match
}

// TLS verifies the upstream's certificate: its chain, and the name SNI or the IP address.
type TLS struct {
	SNI    string // a DNS name in lower case; "" if Host is an IP address and none was given
	CA     []byte // PEM, certificates only; nil: the bundle on Envoy's machine
	CAPath string // as in the file: relative to the file's folder, or absolute
	// Client is what Envoy shows to the upstream; nil: nothing.
	Client *KeyPair
}
