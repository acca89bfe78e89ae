package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/livefilter/livefilter/internal/usage"
)

// Each flag has a variable, which its help names.
func TestEveryFlagHasAVariable(t *testing.T) {
	for _, c := range rootCommand().Commands() {
		if !c.IsAvailableCommand() {
			continue
		}
		help, _, _ := command(t, c.Name(), "--help")
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if name := usage.VariableOf(f); f.Name != "help" && (!strings.HasPrefix(name, "LIVEFILTER_") || !strings.Contains(help, "["+name+"]")) {
				t.Errorf("%s --%s: %q, in\n%s", c.Name(), f.Name, name, help)
			}
		})
	}
}

// One environment is good for serve and for those who ask it, as in a container: what serve shows to Envoys is not what
// its health check shows to it, and flags of other commands that are called alike are left alone.
func TestVariablesMeanOneThing(t *testing.T) {
	means := func(c *cobra.Command, flag, want string) {
		t.Helper()
		if got := usage.VariableOf(c.Flags().Lookup(flag)); got != want {
			t.Errorf("%s --%s: %s, want %s", c.Name(), flag, got, want)
		}
	}
	root := rootCommand()
	find := func(name string) *cobra.Command {
		c, _, err := root.Find([]string{name})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, name := range []string{"serve", "status", "healthcheck", "why", "out", "retry", "plan"} {
		means(find(name), "admin-address", "LIVEFILTER_ADMIN_ADDRESS")
		means(find(name), "admin-token-file", "LIVEFILTER_ADMIN_TOKEN_FILE")
	}
	means(find("serve"), "tls-cert", "LIVEFILTER_TLS_CERT")
	means(find("healthcheck"), "tls-cert", "LIVEFILTER_ADMIN_TLS_CERT")
	means(find("bootstrap"), "tls-cert", "LIVEFILTER_BOOTSTRAP_TLS_CERT")
	means(find("render"), "tls-cert", "LIVEFILTER_RENDER_TLS_CERT")
	means(find("certs"), "server", "LIVEFILTER_CERTS_SERVER")
	means(find("render"), "server", "LIVEFILTER_RENDER_SERVER")
	means(find("try"), "status", "LIVEFILTER_TRY_STATUS")
	for _, name := range []string{"serve", "validate", "plan", "try", "render"} {
		means(find(name), "preflight-time", "LIVEFILTER_PREFLIGHT_TIME")
	}
}

func TestVariablesOfAServer(t *testing.T) {
	file := writeFile(t, "livefilter.yaml", minimal)
	_, admin, _ := serving(t, file, "--expect-envoys", "3")
	t.Setenv("LIVEFILTER_TLS_CERT", "nowhere.crt")
	t.Setenv("LIVEFILTER_ADMIN_ADDRESS", admin)
	if stdout, stderr, code := command(t, "healthcheck"); code != 0 || stdout != "ok\n" {
		t.Errorf("healthcheck: exit %d, %s", code, stderr)
	}
	t.Setenv("LIVEFILTER_WAIT", "true")
	t.Setenv("LIVEFILTER_TIMEOUT", "20ms")
	if _, stderr, code := command(t, "status"); code != exitRefused || !strings.Contains(stderr, "not live after 20ms") {
		t.Errorf("status: exit %d, %s", code, stderr)
	}
	t.Setenv("LIVEFILTER_RENDER_SERVER", "x:1") // of no use to this format, and nobody said so on the command line
	if _, stderr, code := command(t, "render", file); code != 0 {
		t.Errorf("render: exit %d, %s", code, stderr)
	}
	if _, stderr, code := command(t, "render", file, "--server", "x:1"); code != exitUsage {
		t.Errorf("render --server: exit %d, %s", code, stderr)
	}
}

// Help lists each command once.
func TestGroups(t *testing.T) {
	out, _, _ := command(t, "help")
	root := rootCommand()
	for _, c := range root.Commands() {
		if n := strings.Count(out, "\n  "+c.Name()+" "); c.IsAvailableCommand() && n != 1 {
			t.Errorf("%s is listed %d times in\n%s", c.Name(), n, out)
		}
	}
}
