package main

import (
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/render"
	"github.com/livefilter/livefilter/internal/render/attach"
	"github.com/livefilter/livefilter/internal/render/dump"
	"github.com/livefilter/livefilter/internal/render/gateway"
	"github.com/livefilter/livefilter/internal/render/istio"
	"github.com/livefilter/livefilter/internal/render/module"
	"github.com/livefilter/livefilter/internal/render/protoyaml"
	"github.com/livefilter/livefilter/internal/render/static"
	"github.com/livefilter/livefilter/internal/snapshot"
)

// format is one way to render a config. Where it gives several files the first is what is
// printed, unless it needs a folder.
type format struct {
	render      func(*config.Config, renderFlags) ([]render.File, error)
	needsFolder bool
	filters     bool     // alone: the Envoys' clusters are somebody else's
	flags       []string // that it takes, beside format and output
}

var (
	attachFlags = []string{"server", "sotw", "on-missing", "tls-cert", "tls-key", "tls-ca", "tls-name", "insecure"}
	kubeFlags   = []string{"name", "namespace"}
)

var renderFormats = map[string]format{
	"envoy":         {render: renderEnvoy, flags: []string{"json"}},
	"xds":           {render: renderXDS, flags: []string{"json"}},
	"snippet":       {render: renderSnippet, filters: true, flags: slices.Concat(attachFlags, []string{"folder"})},
	"istio":         {render: renderIstio, filters: true, needsFolder: true, flags: slices.Concat(kubeFlags, []string{"selector", "any-host"})},
	"istio-live":    {render: renderIstioLive, filters: true, flags: slices.Concat(kubeFlags, attachFlags, []string{"selector"})},
	"envoy-gateway": {render: renderGateway, filters: true, flags: slices.Concat(kubeFlags, attachFlags, []string{"gateway", "listener"})},
}

func formatNames() []string { return slices.Sorted(maps.Keys(renderFormats)) }

func renderEnvoy(c *config.Config, f renderFlags) ([]render.File, error) {
	c.Listener.FilterConfig = "ecds" // each filter as a resource of its own
	resources, err := snapshot.Build(c)
	if err != nil {
		return nil, err
	}
	var modules []render.File
	if f.output != "" {
		if resources, modules, err = module.Extract(resources, f.output); err != nil {
			return nil, err
		}
	}
	bootstrap, err := static.Bootstrap(resources)
	if err != nil {
		return nil, err
	}
	file, err := protoFile("envoy", bootstrap, f)
	file.Private = true
	return append([]render.File{file}, modules...), err
}

func renderXDS(c *config.Config, f renderFlags) ([]render.File, error) {
	resources, err := snapshot.Build(c)
	if err != nil {
		return nil, err
	}
	d, err := dump.Config(resources)
	if err != nil {
		return nil, err
	}
	file, err := protoFile("xds", d, f)
	file.Private = true
	return []render.File{file}, err
}

func protoFile(name string, m proto.Message, f renderFlags) (render.File, error) {
	if f.json {
		data, err := protoyaml.JSON(m)
		return render.File{Name: name + ".json", Data: data}, err
	}
	data, err := protoyaml.Marshal(m)
	return render.File{Name: name + ".yaml", Data: data}, err
}

// inKubernetes is the server's name in deploy/kubernetes.
const inKubernetes = "xds-server.livefilter.svc.cluster.local"

func renderSnippet(c *config.Config, f renderFlags) ([]render.File, error) {
	s, err := f.attachServer(c, "xds-server")
	if err != nil {
		return nil, err
	}
	secrets, err := f.snippetTLS(&s)
	if err != nil {
		return nil, err
	}
	text, err := attach.Snippet(c, s)
	return append([]render.File{{Name: "snippet.yaml", Data: text}}, secrets...), err
}

func renderIstioLive(c *config.Config, f renderFlags) ([]render.File, error) {
	name, label, err := f.names(c)
	if err != nil {
		return nil, err
	}
	s, err := f.attachServer(c, inKubernetes)
	if err != nil {
		return nil, err
	}
	if err := f.sidecarTLS(&s); err != nil {
		return nil, err
	}
	o := istio.Options{Name: name, Namespace: f.namespace, Label: label, Mesh: s.TLS != nil && f.tls.Cert == "", MeshCA: s.TLS != nil && f.tls.CA == ""}
	text, err := istio.Live(c, o, s)
	return []render.File{{Name: "envoy-filter.yaml", Data: text}}, err
}

func renderGateway(c *config.Config, f renderFlags) ([]render.File, error) {
	name, _, err := f.names(c)
	if err != nil {
		return nil, err
	}
	o := gateway.Options{Name: name, Namespace: f.namespace, Gateway: f.gateway, Listener: f.xdsLn}
	if o.Listener == "" {
		o.Listener = f.namespace + "/" + f.gateway + "/http"
	}
	s, err := f.attachServer(c, inKubernetes)
	if err != nil {
		return nil, err
	}
	if o.Secret, err = f.gatewayTLS(&s); err != nil {
		return nil, err
	}
	o.Own = s.TLS != nil && o.Secret == nil
	text, err := gateway.Policy(c, o, s)
	return []render.File{{Name: "envoy-patch-policy.yaml", Data: text}}, err
}

func renderIstio(c *config.Config, f renderFlags) ([]render.File, error) {
	name, label, err := f.names(c)
	if err != nil {
		return nil, err
	}
	return istio.Files(c, istio.Options{Name: name, Namespace: f.namespace, Label: label, AnyHost: f.anyHost})
}
