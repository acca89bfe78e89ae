// Package istio writes the manifests that bring a config's filters into Istio's sidecars:
// as files, the way Istio's users do it by hand, or live, from a livefilter server. They
// are for Istio 1.26 and newer.
package istio

import (
	"embed"
	"encoding/base64"
	"text/template"

	"github.com/livefilter/livefilter/internal/render/kubename"
	"github.com/livefilter/livefilter/internal/render/manifest"
)

//go:embed templates
var templates embed.FS

var parsed = manifest.Parse(templates, "templates/*.tmpl", template.FuncMap{
	"base64": base64.StdEncoding.EncodeToString,
})

// Options are what the config does not say. Name and Namespace must be good names, see
// kubename.
type Options struct {
	Name      string         // of the EnvoyFilter and the ConfigMap
	Namespace string         // of everything
	Label     kubename.Label // of the pods whose sidecars get the filters
	Mesh      bool           // sidecars show the server what the mesh has given them
	MeshCA    bool           // and the server has to show what is of the mesh too
	AnyHost   bool           // TLS to every host on port 80, not the upstream alone
}
