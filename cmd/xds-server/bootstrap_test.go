package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func command(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, &out, &errs)
	return out.String(), errs.String(), code
}

func TestTheBootstrapFileIsItsOutput(t *testing.T) {
	for name, flags := range map[string]string{
		"../../bootstrap/envoy-ads.yaml": "",
	} {
		args := "bootstrap --node-id envoy" + flags
		out, stderr, code := command(t, strings.Fields(args)...)
		if code != 0 {
			t.Fatal(stderr)
		}
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(file) != out {
			t.Errorf("%s is not what `xds-server %s` prints: run it and commit the file", name, args)
		}
	}
}

const mtlsFlags = "--tls-cert /tls/tls.crt --tls-key /tls/tls.key --tls-ca /tls/ca.crt"

// With mTLS there are three files.
func TestTheBootstrapFolderIsItsOutput(t *testing.T) {
	for folder, flags := range map[string]string{
		"../../bootstrap":                   " --folder /etc/livefilter",
		"../../deploy/kubernetes/bootstrap": " --folder /etc/envoy --max-heap 400",
	} {
		args := "bootstrap --node-id envoy " + mtlsFlags + flags
		out := t.TempDir()
		if _, stderr, code := command(t, append(strings.Fields(args), "-o", out)...); code != 0 {
			t.Fatal(stderr)
		}
		for _, name := range []string{"envoy-ads-mtls.yaml", "sds-certificate.yaml", "sds-ca.yaml"} {
			want, err := os.ReadFile(filepath.Join(out, name))
			if err != nil {
				t.Fatal(err)
			}
			if file, err := os.ReadFile(filepath.Join(folder, name)); err != nil || !bytes.Equal(file, want) {
				t.Errorf("%s/%s is not what `xds-server %s -o %[1]s` writes: run it and commit the file (%v)", folder, name, args, err)
			}
		}
	}
}

func TestBootstrapNames(t *testing.T) {
	for flags, want := range map[string]string{
		"--server xds.example.com:1":                                   "DNS xds.example.com, sni xds.example.com",
		"--server 192.0.2.1:1":                                         "IP_ADDRESS 192.0.2.1, sni ",
		"--server [0:0::1]:1":                                          "IP_ADDRESS ::1, sni ",
		"--server 192.0.2.1:1 --tls-name xds.example.com":              "DNS xds.example.com, sni xds.example.com",
		"--server xds.example.com:1 --tls-name spiffe://example.com/x": "URI spiffe://example.com/x, sni xds.example.com",
		"--server 192.0.2.1:1 --tls-name spiffe://example.com/x":       "URI spiffe://example.com/x, sni ",
	} {
		dir := t.TempDir()
		if _, stderr, code := command(t, strings.Fields("bootstrap "+mtlsFlags+" -o "+dir+" "+flags)...); code != 0 {
			t.Fatal(stderr)
		}
		text, err := os.ReadFile(filepath.Join(dir, "envoy-ads-mtls.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		got := regexp.MustCompile(`(?s)san_type: (\S+)\n +matcher:\n +exact: (\S+)\n.*path: ` + regexp.QuoteMeta(dir) + `/sds-ca.yaml`).FindStringSubmatch(string(text))
		if got == nil {
			t.Fatalf("%s: no name, or no file of the CA, in\n%s", flags, text)
		}
		sni := ""
		if _, after, ok := strings.Cut(string(text), "\n          sni: "); ok {
			sni, _, _ = strings.Cut(after, "\n")
		}
		if got := got[1] + " " + strings.Trim(got[2], `"`) + ", sni " + sni; got != want {
			t.Errorf("%s: %s, want %s", flags, got, want)
		}
	}
}

func TestBootstrapFlagsThatDoNotFit(t *testing.T) {
	for flags, want := range map[string]string{
		mtlsFlags:                                    "-o: mTLS takes three files",
		"--tls-cert /c --tls-ca /c -o x":             "--tls-key: is needed beside",
		"--tls-name a -o x":                          "--tls-cert: is needed beside",
		"--tls-cert c --tls-key /k --tls-ca /c -o x": `--tls-cert "c": must be an absolute path`,
		mtlsFlags + " -o x --tls-name *.example.com": `--tls-name "*.example.com": must be a DNS name`,
		"--folder /x":                                "--folder: is where Envoy finds what -o writes",
		"--folder x -o x":                            `--folder "x": must be an absolute path`,
		"--admin-socket x":                           `--admin-socket "x": must be an absolute path`,
		"--admin-socket /x --admin-port 1":           "--admin-socket: is instead of --admin-port",
	} {
		if _, stderr, code := command(t, append([]string{"bootstrap"}, strings.Fields(flags)...)...); code != exitUsage || !strings.HasPrefix(stderr, "xds-server bootstrap: "+want) {
			t.Errorf("%s: exit %d, %q", flags, code, stderr)
		}
	}
	if out, _, code := command(t, "bootstrap", "--admin-socket", "/run/envoy admin"); code != 0 || !strings.Contains(out, "    pipe:\n      path: /run/envoy admin\n      mode: 384 #") {
		t.Error(out)
	}
}

func TestBootstrapFlags(t *testing.T) {
	out, _, code := command(t, "bootstrap", "--server", "[::1]:7", "--node-id", `a "b"`, "--admin-port", "0", "--sotw", "--start-wasm")
	for _, want := range []string{`address: "::1", port_value: 7}`, `id: "a \"b\""`, "port_value: 0}", "api_type: GRPC\n", "vm_id: livefilter.start\n"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	for _, server := range []string{"host", "host:", ":1", "host:0", "host:65536", "host:x"} {
		if _, stderr, code := command(t, "bootstrap", "--server", server); code != exitUsage || !strings.HasPrefix(stderr, "xds-server bootstrap: --server") {
			t.Errorf("--server %s: exit %d, %q", server, code, stderr)
		}
	}
}

// Two Envoys whose bootstraps nobody thought about are still two.
func TestNodeIDIsTheHostname(t *testing.T) {
	name, err := os.Hostname()
	if err != nil || name == "" {
		t.Skip("no hostname here", err)
	}
	if out, stderr, code := command(t, "bootstrap"); code != 0 || !strings.Contains(out, "  id: "+strconv.Quote(name)+"\n") {
		t.Errorf("exit %d, %s: no node ID %q in\n%s", code, stderr, name, out)
	}
	for want, ask := range map[string]func() (string, error){
		"edge-1": func() (string, error) { return "edge-1", nil },
		"envoy":  func() (string, error) { return "", nil },
	} {
		if got := hostname(ask); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := hostname(func() (string, error) { return "half", errors.New("no") }); got != "envoy" {
		t.Errorf("without a hostname: %q", got)
	}
}

func TestServeFlags(t *testing.T) {
	for flag, value := range map[string]string{"--log-level": "loud", "--log-format": "xml"} {
		if _, stderr, code := command(t, "serve", flag, value); code != exitUsage || !strings.HasPrefix(stderr, "xds-server serve: "+flag) {
			t.Errorf("%s %s: exit %d, %q", flag, value, code, stderr)
		}
	}
}
