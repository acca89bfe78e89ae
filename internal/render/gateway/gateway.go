// Package gateway writes the manifest that brings a config's filters, live from a
// livefilter server, into the Envoys of Envoy Gateway.
package gateway

import (
	"embed"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/render/attach"
	"github.com/livefilter/livefilter/internal/render/manifest"
)

//go:embed policy.yaml.tmpl
var templates embed.FS

var parsed = manifest.Parse(templates, "*.tmpl", nil)

// Options are what the config does not say. Name, Namespace and Gateway must be good names,
// see kubename.
type Options struct {
	Name      string // of the EnvoyPatchPolicy
	Namespace string // of it and of the Gateway
	Gateway   string
	// Listener is the name that Envoy Gateway gives the listener in xDS:
	// NAMESPACE/GATEWAY/LISTENER, or with its XDSNameSchemeV2 tcp-PORT.
	Listener string
	Secret   *tlsv3.Secret // what Envoy shows to the server, unless
	Own      bool          // it shows what it shows to Envoy Gateway
}

// Policy returns an EnvoyPatchPolicy that makes the Envoys of a Gateway take c's filters, and
// nothing else, from the livefilter server s.
func Policy(c *config.Config, o Options, s attach.Server) ([]byte, error) {
	entries, err := attach.Filters(c, s)
	if err != nil {
		return nil, err
	}
	cluster, err := attach.Cluster(s)
	if err != nil {
		return nil, err
	}
	return manifest.Execute(parsed, "policy.yaml.tmpl", struct {
		Options
		FilterNames, Server string
		Blocks              bool
		Cluster             *clusterv3.Cluster
		Entries             any
	}{o, attach.FilterNames(c), s.String(), c.Listener.OnMissing == "block", cluster, entries})
}
