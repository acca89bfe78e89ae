package attach

import (
	"embed"
	"net"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/render/manifest"
)

//go:embed templates
var templates embed.FS

var parsed = manifest.Parse(templates, "templates/*.tmpl", nil)

// Snippet returns what has to go into an existing Envoy config, for a person to paste: the
// entries under http_filters, the server's cluster under clusters.
func Snippet(c *config.Config, s Server) ([]byte, error) {
	entries, err := Filters(c, s)
	if err != nil {
		return nil, err
	}
	cluster, err := Cluster(s)
	if err != nil {
		return nil, err
	}
	return manifest.Execute(parsed, "snippet.yaml.tmpl", struct {
		FilterNames, Server string
		Blocks              bool
		Entries             any
		Cluster             proto.Message
	}{FilterNames(c), s.String(), c.Listener.OnMissing == "block", entries, cluster})
}

// FilterNames lists c's filters, for people.
func FilterNames(c *config.Config) string {
	names := make([]string, len(c.Filters))
	for i, f := range c.Filters {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}

// String returns HOST:PORT.
func (s Server) String() string { return net.JoinHostPort(s.Host, strconv.Itoa(int(s.Port))) }
