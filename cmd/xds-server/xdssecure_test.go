package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What would let everybody read the keys is refused before anything else is looked at.
func TestPlaintextForOtherMachinesIsRefused(t *testing.T) {
	for _, address := range []string{":18000", "0.0.0.0:0", "[::]:0", "192.0.2.1:18000"} {
		_, stderr, code := command(t, "serve", "--config", "nowhere.yaml", "--xds-address", address)
		for _, word := range []string{"--xds-address " + address, "--tls-cert", "--tls-client-ca", "--insecure-xds"} {
			if code != exitOf(stderr) || !strings.Contains(stderr, word) {
				t.Errorf("%s: exit %d, %s: lacks %s", address, code, stderr, word)
			}
		}
	}
}

// Loopback, and what has been said aloud, come as far as the config.
func TestPlaintextThatIsAllowed(t *testing.T) {
	for _, flags := range [][]string{
		{}, {"--xds-address", "127.0.0.1:0"}, {"--xds-address", "[::1]:0"}, {"--xds-address", "localhost:0"},
		{"--insecure-xds"}, {"--insecure-xds", "--xds-address", "0.0.0.0:0"},
	} {
		_, stderr, code := command(t, append([]string{"serve", "--config", "nowhere.yaml", "--admin-address", "127.0.0.1:0"}, flags...)...)
		if code != 1 || !strings.Contains(stderr, "nowhere.yaml") || strings.Contains(stderr, "--xds-address") {
			t.Errorf("%v: exit %d, %s", flags, code, stderr)
		}
	}
}

func TestFlagsOfTheXDSPort(t *testing.T) {
	garbage := filepath.Join(t.TempDir(), "garbage")
	if err := os.WriteFile(garbage, []byte("no PEM"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		want  string
		flags []string
	}{
		{"there is no --tls-key, no --tls-client-ca", []string{"--tls-cert", garbage}},
		{"there is no --tls-cert", []string{"--tls-key", garbage, "--tls-client-ca", garbage}},
		{"take one of them away", []string{"--tls-cert", garbage, "--tls-key", garbage, "--tls-client-ca", garbage, "--insecure-xds"}},
		{"no certificate in PEM form", []string{"--tls-cert", garbage, "--tls-key", garbage, "--tls-client-ca", garbage}},
		{"the certificate: nowhere.crt", []string{"--tls-cert", "nowhere.crt", "--tls-key", garbage, "--tls-client-ca", garbage}},
		{"--xds-address", []string{"--xds-address", "18000"}},
	} {
		_, stderr, code := command(t, append([]string{"serve", "--config", "nowhere.yaml"}, test.flags...)...)
		if code != exitOf(stderr) || !strings.Contains(stderr, test.want) {
			t.Errorf("%v: exit %d, %s", test.flags, code, stderr)
		}
	}
}

func TestDefaultsOfTheXDSPort(t *testing.T) {
	for want, f := range map[string]xdsFlags{"127.0.0.1:18000": {}, ":18000": {insecureXDS: true}} {
		if _, err := f.open(nil); err != nil || f.xdsAddress != want {
			t.Errorf("%s, %v; want %s", f.xdsAddress, err, want)
		}
	}
}
