package envoyrun

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	bootstrapv3 "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
)

// fakeEnvoy is a program that does what the lines of a shell script say.
func fakeEnvoy(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "envoy")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestValidate(t *testing.T) {
	const good = `[ "$1 $2 $3" = '--mode validate -c' ] && grep -q staticResources "$4" || exit 9`
	for name, tt := range map[string]struct{ script, want string }{
		"good":     {good + "\necho \"configuration 'x' OK\"", ""},
		"no Envoy": {good, "it ends without a word on the config: is it an Envoy?"},
		"refused":  {good + "\necho a line\necho \"error initializing configuration 'x': no  good:\nat all\"\nexit 1", "envoy: no good: at all (a line)"},
		"crashed":  {"kill -SEGV $$", "signal: segmentation fault, and it does not say why"},
	} {
		t.Run(name, func(t *testing.T) {
			path := fakeEnvoy(t, tt.script)
			got := ""
			err := Validate(t.Context(), path, &bootstrapv3.Bootstrap{StaticResources: &bootstrapv3.Bootstrap_StaticResources{}})
			if err != nil {
				got = err.Error()
			}
			if tt.want != "" && !strings.HasPrefix(tt.want, "envoy: ") {
				tt.want = path + ": " + tt.want
			}
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	if err := Validate(t.Context(), "/no/such/envoy", &bootstrapv3.Bootstrap{}); err == nil || err.Error() != "/no/such/envoy: there is no such file" {
		t.Errorf("no Envoy: %v", err)
	}
}
