package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a person can do wrong with files and programs is said in words for people.
func TestWords(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, stderr, code := command(t, "certs", "-o", "c"); code != 0 {
		t.Fatal(stderr)
	}
	for name, text := range map[string]string{"ok.yaml": minimal, "garbage": "garbage\n", "script": "no shebang, no ELF\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod("script", 0o700); err != nil {
		t.Fatal(err)
	}
	server, client := filepath.Join("c", "server"), filepath.Join("c", "envoy")
	for args, want := range map[string]string{
		"validate ok.yaml --envoy /no/such": "--envoy: /no/such: there is no such file",
		"validate ok.yaml --envoy no-such":  "--envoy: there is no program no-such on PATH (a path has a /)",
		"validate ok.yaml --envoy ./script": "--envoy: ./script: it is no program of this kind of machine",
		"validate ok.yaml --envoy ./c":      "--envoy: ./c: this user may not run it, or it is no program",
		"validate ok.yaml --envoy true":     "--envoy: true: it ends without a word on the config: is it an Envoy?",
		"validate ok.yaml --envoy false":    "--envoy: false: exit status 1, and it does not say why",
		"validate no-such.yaml":             "read config: no-such.yaml: no such file or directory",
		"validate ok.yaml/x":                "read config: ok.yaml/x: not a directory",
		"try c/ca":                          "read config: c/ca: not a regular file",
		"serve no-such.yaml --xds-address 127.0.0.1:0 --admin-address 127.0.0.1:0":  "read config: no-such.yaml: no such file or directory",
		"status --tls-cert garbage --tls-key garbage":                               "--tls-cert, --tls-key: garbage and garbage: the one must have a certificate in PEM form, the other its key",
		"status --tls-cert " + server + "/tls.crt --tls-key garbage":                "garbage: the one must have a certificate in PEM form, the other its key",
		"status --tls-cert " + server + "/tls.crt --tls-key " + client + "/tls.key": "--tls-cert, --tls-key: " + server + "/tls.crt and " + client + "/tls.key: private key does not match public key",
		"serve ok.yaml --gone-after -1s":                                            "--gone-after -1s: must not be negative",
		"serve ok.yaml --expect-envoys -1":                                          "--expect-envoys -1: must not be negative",
		"serve ok.yaml --xds-address 127.0.0.1:99999":                               `--xds-address "127.0.0.1:99999": the port must be a number from 0 to 65535`,
		"serve ok.yaml --xds-address a.unborn:1":                                    `--xds-address "a.unborn:1": this machine has no address "a.unborn": DNS does not know it`,
		"why -n -1":                                                                 "--last -1: must not be negative",
		"why -n 0":                                                                  "--last 0: must be 1 or more",
		"rollback 1 --admin-address a:1,b:1":                                        `--admin-address "a:1,b:1": this command asks one server, not several`,
		"history --last 0":                                                          "--last 0: must be 1 or more",
		"status --timeout=-1s":                                                      "--timeout -1s: must not be negative",
		"status --watch --json":                                                     "--json: not together with --watch",
		"certs --server=":                                                           "--server: there is no name in it",
		"certs --client a_,,":                                                       "--client: name \"\": must be a DNS name",
	} {
		_, stderr, code := command(t, strings.Fields(args)...)
		if code != exitOf(stderr) || !strings.Contains(stderr, want) || libraryWords.MatchString(stderr) {
			t.Errorf("%s: exit %d, %q, want %q", args, code, stderr, want)
		}
	}
}
