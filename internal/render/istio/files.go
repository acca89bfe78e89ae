package istio

import (
	"fmt"
	"net/netip"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/render"
	"github.com/livefilter/livefilter/internal/render/attach"
	"github.com/livefilter/livefilter/internal/render/kubename"
	"github.com/livefilter/livefilter/internal/render/manifest"
	"github.com/livefilter/livefilter/internal/render/module"
	"github.com/livefilter/livefilter/internal/snapshot"
)

const (
	// folder is where the sidecar has the ConfigMap's files.
	folder = "/var/local/wasm"
	// maxConfigMap is the most that Kubernetes stores in one ConfigMap, in bytes.
	maxConfigMap = 1 << 20
	caFile       = "ca.pem"
)

// data is what the templates are filled in with.
type data struct {
	Options
	Folder       string
	FilterNames  string
	Filters      []filter
	Mounted      []render.File // what the ConfigMap holds
	Upstream     config.Upstream
	UpstreamName string
	CA           bool // the upstream has a CA of its own
	Retries      bool
	Timeouts     bool // the upstream has some that are not the default
	Client       string
}

// filter is a filter as the EnvoyFilter has it.
type filter struct {
	Name, TypeURL string
	Wasm          proto.Message
}

// Files returns manifests that need no livefilter server: a ConfigMap with the modules, an
// EnvoyFilter, a ServiceEntry and a DestinationRule for the first upstream, a pod to try it
// with, the annotations that other pods need, and a README with the commands. What Istio or
// Kubernetes cannot take is a config.Errors.
func Files(c *config.Config, o Options) ([]render.File, error) {
	d, err := collect(c, o)
	if err != nil {
		return nil, err
	}
	var files []render.File
	for _, name := range []string{
		"README.md", "config-map.yaml", "envoy-filter.yaml", "service-entry.yaml", "destination-rule.yaml", "client.yaml",
		"patch/pod-annotations.yaml",
	} {
		if name == "destination-rule.yaml" && d.Upstream.TLS == nil {
			continue
		}
		text, err := manifest.Execute(parsed, name[strings.LastIndexByte(name, '/')+1:]+".tmpl", d)
		if err != nil {
			return nil, err
		}
		files = append(files, render.File{Name: name, Data: text, Private: true})
	}
	return files, nil
}

func collect(c *config.Config, o Options) (*data, error) {
	u := c.Upstreams[0]
	if len(c.Filters) == 0 {
		return nil, render.Refusal(c, "filters", "there is none to render")
	}
	if err := render.NoBalance(c); err != nil {
		return nil, err
	}
	if err := render.NoUpstreamMatch(c); err != nil {
		return nil, err
	}
	if u.TLS != nil && u.TLS.Client != nil {
		return nil, render.Refusal(c, "upstreams[0].tls.cert", "cannot be in these manifests, where a ConfigMap would show the key to it: "+
			"leave both out, and give Istio's DestinationRule the pair")
	}
	if _, err := netip.ParseAddr(u.Host); err == nil {
		return nil, render.Refusal(c, "upstreams[0].host", "must be a DNS name for Istio, which routes by it")
	}
	d := &data{
		Options: o, Folder: folder, FilterNames: attach.FilterNames(c),
		Upstream: u, UpstreamName: kubename.From(u.Name), Client: "my-client", Retries: attach.Retries(c), Timeouts: config.OwnTimeouts(u),
	}
	discovered := *c
	discovered.Listener.FilterConfig = "ecds" // each filter as a resource of its own
	resources, err := snapshot.Build(&discovered)
	if err != nil {
		return nil, err
	}
	resources, d.Mounted, err = module.Extract(resources, folder)
	if err != nil {
		return nil, err
	}
	for _, f := range c.Filters {
		for _, r := range resources {
			// A filter with retries is a second resource too, for a chain that sidecars lack.
			if r, ok := r.(*corev3.TypedExtensionConfig); ok && r.GetName() == f.Name {
				wasm, err := r.GetTypedConfig().UnmarshalNew()
				if err != nil {
					return nil, fmt.Errorf("filter %s: %w", f.Name, err)
				}
				d.Filters = append(d.Filters, filter{f.Name, r.GetTypedConfig().GetTypeUrl(), wasm})
			}
		}
	}
	if u.TLS != nil && u.TLS.CA != nil {
		d.CA = true
		d.Mounted = append(d.Mounted, render.File{Name: caFile, Data: u.TLS.CA})
	}
	return d, fits(c, d.Mounted)
}

// fits returns an error if a ConfigMap cannot hold files.
func fits(c *config.Config, files []render.File) error {
	total := 0
	for _, f := range files {
		total += len(f.Data)
	}
	if total > maxConfigMap {
		return render.Refusal(c, "filters", fmt.Sprintf("%d bytes of modules are more than the 1 MiB that a ConfigMap holds: "+
			"use --format istio-live, which needs no ConfigMap, or build them smaller (for TinyGo: -opt=z -no-debug)", total))
	}
	return nil
}
