package clienttls

import (
	"fmt"
	"path"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
)

// The secrets' names, and the files of SDS that have one each.
const (
	certificateName = "livefilter-certificate"
	caName          = "livefilter-ca"
	CertificateFile = "sds-certificate.yaml"
	CAFile          = "sds-ca.yaml"
)

// Files are what an Envoy shows and trusts, in PEM, as absolute paths on its own machine.
type Files struct{ Cert, Key, CA string }

// CheckPair returns an error about the first of Cert and Key that is no absolute path, by the flag's name that has it.
func (f Files) CheckPair() error {
	return absolute(flagged{"--tls-cert", f.Cert}, flagged{"--tls-key", f.Key})
}

// Check is CheckPair with the CA.
func (f Files) Check() error {
	return absolute(flagged{"--tls-cert", f.Cert}, flagged{"--tls-key", f.Key}, flagged{"--tls-ca", f.CA})
}

type flagged struct{ flag, path string }

func absolute(all ...flagged) error {
	for _, f := range all {
		switch {
		case f.path == "":
			return fmt.Errorf("%s: is needed beside the other --tls flags", f.flag)
		case !path.IsAbs(f.path):
			return fmt.Errorf("%s %q: must be an absolute path, on Envoy's machine", f.flag, f.path)
		}
	}
	return nil
}

// InFolder is where an Envoy finds the secrets whose SDS files are in folder.
func InFolder(folder string) Secrets {
	return Secrets{
		Certificate: &tlsv3.SdsSecretConfig{Name: certificateName, SdsConfig: file(folder, CertificateFile)},
		CA:          &tlsv3.SdsSecretConfig{Name: caName, SdsConfig: file(folder, CAFile)},
	}
}

func file(folder, name string) *corev3.ConfigSource {
	return &corev3.ConfigSource{
		ConfigSourceSpecifier: &corev3.ConfigSource_PathConfigSource{PathConfigSource: &corev3.PathConfigSource{
			Path:             path.Join(folder, name),
			WatchedDirectory: &corev3.WatchedDirectory{Path: folder},
		}},
		ResourceApiVersion: corev3.ApiVersion_V3,
	}
}

// Certificate is the secret of the pair. Envoy reads both files again whenever something is renamed in their folder,
// as a Kubernetes Secret's ..data is; of files in two folders each is followed by itself, when it is renamed.
func (f Files) Certificate() *tlsv3.Secret {
	c := &tlsv3.TlsCertificate{CertificateChain: filename(f.Cert), PrivateKey: filename(f.Key)}
	if path.Dir(f.Cert) == path.Dir(f.Key) {
		c.WatchedDirectory = &corev3.WatchedDirectory{Path: path.Dir(f.Cert)}
	}
	return &tlsv3.Secret{Name: certificateName, Type: &tlsv3.Secret_TlsCertificate{TlsCertificate: c}}
}

// CAs is the secret of the CAs.
func (f Files) CAs() *tlsv3.Secret {
	return &tlsv3.Secret{Name: caName, Type: &tlsv3.Secret_ValidationContext{ValidationContext: &tlsv3.CertificateValidationContext{
		TrustedCa:        filename(f.CA),
		WatchedDirectory: &corev3.WatchedDirectory{Path: path.Dir(f.CA)},
	}}}
}

func filename(name string) *corev3.DataSource {
	return &corev3.DataSource{Specifier: &corev3.DataSource_Filename{Filename: name}}
}
