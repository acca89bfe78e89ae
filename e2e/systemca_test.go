package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// noCAs runs a command on a machine without the CA bundle of Debian's that is trusted by default;
// with is what stands at its place, "" for nothing.
func noCAs(t *testing.T, with string) []string {
	script := filepath.Join(t.TempDir(), "script")
	text := "mount -t tmpfs none /etc/ssl/certs && "
	if with != "" {
		text += "printf '" + with + "' > /etc/ssl/certs/ca-certificates.crt && "
	}
	must(t, os.WriteFile(script, []byte(text+"exec \"$@\"\n"), 0o600))
	wrapper := []string{"unshare", "--mount", "--map-root-user", "sh", script}
	if out, err := exec.Command(wrapper[0], append(wrapper[1:], "true")...).CombinedOutput(); err != nil {
		t.Skipf("no mount namespaces here: %v %s", err, out)
	}
	return wrapper
}

// Envoy's words about its own machine lead to the line that makes it look there, and say what
// to do.
func TestNoSystemCAs(t *testing.T) {
	for name, with := range map[string]string{"no file": "", "empty": "\\n", "no PEM": "x"} {
		t.Run(name, func(t *testing.T) {
			s := newStack(t)
			s.wrapper = noCAs(t, with)
			s.write(strings.Replace(s.text(), "tls: {ca: ca.pem}", "tls: {}", 1))
			s.startServer()
			s.startEnvoy()
			var out string
			eventually(t, "envoy refused it", func() bool {
				out, _, _ = s.statusCommand()
				return strings.Contains(out, "refused: ")
			})
			for _, want := range []string{"livefilter.yaml:10:10: upstreams[0].tls: refused: ", "/etc/ssl/certs/ca-certificates.crt; Envoy's machine has no CA", "tls.ca"} {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
			s.save()
			s.live()
			newClient(t).mustGet(t, s.cfg.Port)
		})
	}
}
