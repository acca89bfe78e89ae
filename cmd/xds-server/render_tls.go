package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/netip"
	"os"

	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"github.com/spf13/pflag"

	"github.com/livefilter/livefilter/internal/render"
	"github.com/livefilter/livefilter/internal/render/attach"
	"github.com/livefilter/livefilter/internal/render/clienttls"
	"github.com/livefilter/livefilter/internal/usage"
)

// inMesh is the server of deploy/kubernetes as the CA of Istio calls it.
const inMesh = "spiffe://cluster.local/ns/livefilter/sa/xds-server"

func (f *renderFlags) addTLS(flags *pflag.FlagSet) {
	flags.StringVar(&f.tls.Cert, "tls-cert", "", "`path` on Envoy's machine of the certificate that it shows to the server (snippet; istio-live and\nenvoy-gateway: default what the mesh, or Envoy Gateway, has given it)")
	flags.StringVar(&f.tls.Key, "tls-key", "", "`path` there of the certificate's key")
	flags.StringVar(&f.tls.CA, "tls-ca", "", "`path` of the CA that the server's certificate is of: on Envoy's machine (snippet), or a file here, which\ngoes into the manifest (istio-live, by default the mesh's own CA; envoy-gateway)")
	flags.StringVar(&f.tlsName, "tls-name", "", "the `name` that the server's certificate must have (snippet, istio-live, envoy-gateway; default the host of\n--server, for the mesh's own CA "+inMesh+")")
	flags.BoolVar(&f.insecure, "insecure", false, "plaintext, to a server without TLS (snippet, istio-live, envoy-gateway)")
	flags.StringVar(&f.folder, "folder", "", "`path` of the -o folder on Envoy's machine (snippet with TLS; default its path here)")
}

// plaintext says whether there is to be no TLS: by flag, or because the server is on Envoy's own machine.
func (f renderFlags) plaintext(s *attach.Server) (bool, error) {
	wants := f.tls != (clienttls.Files{}) || f.tlsName != "" || f.folder != ""
	if f.insecure && wants {
		return false, usage.Errorf("--insecure: is instead of the --tls flags")
	}
	ip, err := netip.ParseAddr(s.Host)
	loopback := s.Host == "localhost" || err == nil && ip.IsLoopback()
	return f.insecure || loopback && !wants, nil
}

// snippetTLS returns the files of SDS that the snippet leads to.
func (f renderFlags) snippetTLS(s *attach.Server) ([]render.File, error) {
	if plain, err := f.plaintext(s); plain || err != nil {
		return nil, err
	}
	if f.tls == (clienttls.Files{}) {
		return nil, usage.Errorf("--tls-cert, --tls-key and --tls-ca: name what Envoy shows to the server and trusts, as paths on its machine; " +
			"or --insecure, for a server without TLS")
	}
	if err := f.tls.Check(); err != nil {
		return nil, usage.Wrap(err)
	}
	if f.output == "" {
		return nil, errNoFolder
	}
	folder, err := onEnvoy(f.folder, f.output)
	if err != nil {
		return nil, err
	}
	if err := f.secure(s, s.Host, clienttls.InFolder(folder)); err != nil {
		return nil, err
	}
	return secretFiles(f.tls)
}

func (f renderFlags) sidecarTLS(s *attach.Server) error {
	if plain, err := f.plaintext(s); plain || err != nil {
		return err
	}
	if err := f.pair(); err != nil {
		return err
	}
	secrets, name := clienttls.InSidecar(f.tls), inMesh
	if f.tls.CA != "" {
		ca, err := readCA(f.tls.CA)
		if err != nil {
			return err
		}
		secrets.CA, secrets.InlineCA, name = nil, ca, s.Host
	}
	return f.secure(s, name, secrets)
}

// gatewayTLS returns what Envoy shows, where Envoy Gateway has to send that.
func (f renderFlags) gatewayTLS(s *attach.Server) (*tlsv3.Secret, error) {
	if plain, err := f.plaintext(s); plain || err != nil {
		return nil, err
	}
	if err := f.pair(); err != nil {
		return nil, err
	}
	if f.tls.CA == "" {
		return nil, usage.Errorf("--tls-ca: name a file with the CA of the server's certificate, which goes into the manifest; or --insecure, for a server without TLS")
	}
	ca, err := readCA(f.tls.CA)
	if err != nil {
		return nil, err
	}
	if err := f.secure(s, s.Host, clienttls.InGateway(f.tls, ca)); err != nil || f.tls.Cert == "" {
		return nil, err
	}
	return f.tls.Certificate(), nil
}

// pair checks --tls-cert and --tls-key where both may be left out.
func (f renderFlags) pair() error {
	if f.tls.Cert == "" && f.tls.Key == "" {
		return nil
	}
	return usage.Wrap(f.tls.CheckPair())
}

func (f renderFlags) secure(s *attach.Server, byDefault string, secrets clienttls.Secrets) error {
	name, err := serverName(f.tlsName, byDefault)
	if err != nil {
		return err
	}
	s.TLS, err = clienttls.Socket(s.Host, name, secrets)
	return err
}

// readCA reads certificates, and refuses a file with anything else: it goes into a manifest, where a key would be public.
func readCA(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--tls-ca: %w", err)
	}
	var certificates []byte
	for rest := text; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("--tls-ca: %s has a %s: it must have certificates and nothing else", file, block.Type)
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return nil, fmt.Errorf("--tls-ca: %s: %w", file, err)
		}
		certificates = append(certificates, pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes})...)
	}
	if certificates == nil {
		return nil, fmt.Errorf("--tls-ca: %s has no certificate in PEM", file)
	}
	return certificates, nil
}
