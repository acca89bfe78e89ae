package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCerts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "certs")
	out, stderr, code := command(t, "certs", "-o", dir, "--server", "spiffe://example.org/xds,xds.example.org", "--client", "edge-1,spiffe://example.org/ns/edge")
	if code != 0 {
		t.Fatal(stderr)
	}
	for _, want := range []string{
		"serve --tls-cert " + dir + "/server/tls.crt --tls-key " + dir + "/server/tls.key --tls-client-ca " + dir + "/server/ca.crt\n",
		"bootstrap --server xds.example.org:18000 --tls-cert " + dir + "/edge-1/tls.crt",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	for _, folder := range []string{"ca", "server", "edge-1", "example.org_ns_edge"} {
		if _, err := os.Stat(filepath.Join(dir, folder, "ca.crt")); err != nil {
			t.Error(err)
		}
	}
	// The flags' defaults are for the first time alone.
	if out, stderr, code = command(t, "certs", "-o", dir); code != 0 || strings.Contains(out, "made") || strings.Count(out, "kept") != 4 {
		t.Error(out, stderr)
	}
	token := filepath.Join(dir, "server", "admin-token")
	for _, want := range []string{"made: new", "kept", "made: the old one is too short"} {
		if want != "made: new" && want != "kept" {
			if err := os.WriteFile(token, []byte("short"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if out, stderr, code = command(t, "certs", "-o", dir, "--admin-token"); code != 0 || !strings.Contains(out, "\n"+token+" "+want+"\n") {
			t.Error(out, stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "envoy")); err == nil {
		t.Error("an Envoy that nobody asked for")
	}
}

func TestCertsFlags(t *testing.T) {
	for client, want := range map[string]string{
		"192.0.2.1":       "the server knows no Envoy by its address",
		"server":          "which is for localhost, 127.0.0.1",
		"ca":              "another use",
		"..":              "another use",
		"a_b,https://a/b": `its folder would be "a_b", which is for a_b`,
		"a b":             "must be a DNS name",
	} {
		if _, stderr, code := command(t, "certs", "-o", t.TempDir(), "--client", client); code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("--client %s: exit %d, %q", client, code, stderr)
		}
	}
}
