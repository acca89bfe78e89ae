package istio

import (
	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/render/attach"
	"github.com/livefilter/livefilter/internal/render/manifest"
)

// Live returns an EnvoyFilter that makes sidecars take c's filters, and nothing else, from
// the livefilter server s.
func Live(c *config.Config, o Options, s attach.Server) ([]byte, error) {
	entries, err := attach.Filters(c, s)
	if err != nil {
		return nil, err
	}
	cluster, err := attach.Cluster(s)
	if err != nil {
		return nil, err
	}
	return manifest.Execute(parsed, "live.yaml.tmpl", struct {
		Options
		FilterNames, Server string
		Blocks, Retries     bool
		Cluster             proto.Message
		Entries             any
	}{o, attach.FilterNames(c), s.String(), c.Listener.OnMissing == "block", attach.Retries(c), cluster, entries})
}
