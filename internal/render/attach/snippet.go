package attach

import (
	"embed"
	"net"
	"slices"
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
		Blocks, Retries     bool
		Entries             any
		Cluster             proto.Message
	}{FilterNames(c), s.String(), c.Listener.OnMissing == "block", Retries(c), entries, cluster})
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

// Retries says whether a filter of c sends requests again, which is not attached with it:
// that is the business of the Envoy's own routes.
func Retries(c *config.Config) bool {
	return slices.ContainsFunc(c.Filters, func(f config.Filter) bool { return f.Retry != nil })
}
