package main

import (
	"cmp"
	"embed"
	"fmt"
	"path"
	"path/filepath"
	"strconv"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/figures"
	"github.com/livefilter/livefilter/internal/render"
	"github.com/livefilter/livefilter/internal/render/clienttls"
	"github.com/livefilter/livefilter/internal/render/manifest"
	"github.com/livefilter/livefilter/internal/usage"
)

//go:embed *.tmpl
var bootstrapText embed.FS

var bootstrapTemplates = manifest.Parse(bootstrapText, "*.tmpl", nil)

// files are the bootstrap, and with TLS its two files of SDS.
func (f bootstrapFlags) files() ([]render.File, error) {
	if f.tls.Cert == "" {
		file, err := f.bootstrap("envoy-ads.yaml", nil)
		return []render.File{file}, err
	}
	socket, err := clienttls.Socket(f.hostOf, f.serverName, clienttls.InFolder(f.folder))
	if err != nil {
		return nil, err
	}
	bootstrap, err := f.bootstrap("envoy-ads-mtls.yaml", socket)
	if err != nil {
		return nil, err
	}
	secrets, err := secretFiles(f.tls)
	return append([]render.File{bootstrap}, secrets...), err
}

// errNoFolder is for mTLS without -o.
var errNoFolder = usage.Errorf("-o: mTLS takes three files, of which two lead Envoy to its certificates: name a folder for them with -o")

// onEnvoy is where Envoy finds the folder -o: where --folder says, or at its path here.
func onEnvoy(folder, output string) (string, error) {
	if folder == "" {
		here, err := filepath.Abs(output)
		if err != nil {
			return "", fmt.Errorf("-o: %w", err)
		}
		return here, nil
	}
	if !path.IsAbs(folder) {
		return "", usage.Errorf("--folder %q: must be an absolute path, on Envoy's machine", folder)
	}
	return folder, nil
}

// serverName is what the server's certificate has to say: --tls-name, or else fallback.
func serverName(tlsName, fallback string) (clienttls.Name, error) {
	name, err := clienttls.ParseName(cmp.Or(tlsName, fallback))
	if err != nil {
		return "", usage.Errorf("--tls-name %q: %w", tlsName, err)
	}
	return name, nil
}

// secretFiles are the files of SDS.
func secretFiles(tls clienttls.Files) ([]render.File, error) {
	certificate, err := secret(clienttls.CertificateFile, "What Envoy shows to the livefilter server", tls.Certificate(), tls.Cert)
	if err != nil {
		return nil, err
	}
	ca, err := secret(clienttls.CAFile, "Of whom the livefilter server's certificate must be", tls.CAs(), tls.CA)
	return []render.File{certificate, ca}, err
}

func (f bootstrapFlags) bootstrap(name string, socket *corev3.TransportSocket) (render.File, error) {
	apiType := "DELTA_GRPC"
	if f.sotw {
		apiType = "GRPC"
	}
	data := map[string]any{
		"Host": strconv.Quote(f.hostOf), "Port": f.portOf, "NodeID": strconv.Quote(f.nodeID),
		"AdminPort": f.adminPort, "AdminSocket": f.adminSocket, "APIType": apiType, "Figures": figures.Regexp(),
		"MaxHeap": uint64(f.maxHeap) << 20, "StartWasm": f.startWasm,
	}
	if socket != nil {
		data["TLS"] = socket
	}
	text, err := manifest.Execute(bootstrapTemplates, "bootstrap.yaml.tmpl", data)
	return render.File{Name: name, Data: text}, err
}

// secret is a file of SDS.
func secret(name, what string, s *tlsv3.Secret, file string) (render.File, error) {
	resource, err := anypb.New(s)
	if err != nil {
		return render.File{}, err
	}
	text, err := manifest.Execute(bootstrapTemplates, "sds.yaml.tmpl", map[string]any{
		"What": what, "Folder": path.Dir(file), "Secret": resource,
	})
	return render.File{Name: name, Data: text}, err
}
