package istio

import (
	"os/exec"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"
)

// The flags take what Kubernetes takes for every kind of object, and nothing else.
func TestNames(t *testing.T) {
	for _, s := range []string{
		"a", "0", "a-b", "a.b", "-a", "a-", "A", "a_b", "a b", "ä", "a/b", "on", "1e3", strings.Repeat("a", 63), strings.Repeat("a", 64),
	} {
		accepts(t, s, len(validation.IsDNS1123Label(s)) == 0, "--name", "--namespace", "--gateway")
	}
	for _, s := range []string{
		"a=b", "a=", "a=A_b.C", "a=-b", "a=b-", "a.b/c=d", "a.b/=d", "/c=d", "a/b/c=d", "A.b/c=d", "_a=b", "a_=b", "a b=c", "a=b c",
		strings.Repeat("a", 63) + "=b", strings.Repeat("a", 64) + "=b", "a=" + strings.Repeat("b", 64), strings.Repeat("a", 254) + "/b=c",
	} {
		key, value, _ := strings.Cut(s, "=")
		good := len(validation.IsQualifiedName(key)) == 0 && len(validation.IsValidLabelValue(value)) == 0
		accepts(t, s, good, "--selector")
	}
}

func accepts(t *testing.T, value string, want bool, flags ...string) {
	t.Helper()
	for _, flag := range flags {
		format := map[string]string{"--gateway": "envoy-gateway"}[flag]
		if format == "" {
			format = "istio-live"
		}
		config := root + "/cmd/xds-server/testdata/render/two.yaml"
		out, err := exec.Command(xdsServer, "render", config, "--format", format, "--insecure", flag, value).CombinedOutput()
		if err != nil && !strings.HasPrefix(string(out), "xds-server render: "+flag) {
			t.Errorf("%s %q: %s", flag, value, out)
		}
		if got := err == nil; got != want {
			t.Errorf("%s %q: accepted is %t, want %t", flag, value, got, want)
		}
	}
}
