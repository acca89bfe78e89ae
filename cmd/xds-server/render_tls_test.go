package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/certs"
)

func TestRenderTLSRefuses(t *testing.T) {
	t.Chdir("testdata/render")
	pair, err := newCA(t, "test").Issue(certs.Leaf{Names: []string{"xds"}})
	if err != nil {
		t.Fatal(err)
	}
	both := writeFile(t, "both.pem", string(pair.Cert)+string(pair.Key))
	for args, want := range map[string]string{
		"snippet":                      "--tls-cert, --tls-key and --tls-ca: name what Envoy shows",
		"snippet --server 192.0.2.1:1": "or --insecure, for a server without TLS",
		"snippet --server 127.0.0.1:1 " + mtlsFlags:              "-o: mTLS takes three files",
		"snippet --insecure --tls-name x":                        "--insecure: is instead of the --tls flags",
		"snippet -o OUT --tls-cert /c --tls-key /k":              "--tls-ca: is needed beside",
		"snippet -o OUT --folder x " + mtlsFlags:                 `--folder "x": must be an absolute path`,
		"snippet -o OUT --tls-name a*b " + mtlsFlags:             `--tls-name "a*b": must be a DNS name`,
		"istio-live --folder /x":                                 "--folder: --format istio-live has no use for it",
		"istio-live --tls-cert /x":                               "--tls-key: is needed beside",
		"istio-live --tls-ca none.pem":                           "--tls-ca: none.pem: no such file",
		"istio-live --tls-ca two.yaml":                           "--tls-ca: two.yaml has no certificate in PEM",
		"envoy-gateway":                                          "--tls-ca: name a file with the CA",
		"envoy-gateway --tls-ca " + both:                         "both.pem has a PRIVATE KEY: it must have certificates and nothing else",
		"envoy-gateway --tls-ca ca.pem --tls-key k":              "--tls-cert: is needed beside",
		"envoy-gateway --tls-ca ca.pem --tls-cert c --tls-key k": `--tls-cert "c": must be an absolute path`,
	} {
		out := filepath.Join(t.TempDir(), "out")
		args = strings.ReplaceAll("render two.yaml --format "+args, "OUT", out)
		_, stderr, code := command(t, strings.Fields(args)...)
		if code != exitOf(stderr) || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit %d, %q; want %q", args, code, stderr, want)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: something was written", args)
		}
	}
}
