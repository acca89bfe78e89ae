package snapshot

import (
	"testing"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"

	"github.com/livefilter/livefilter/internal/config"
)

// The words are those of Envoy 1.40.
func TestOrigin(t *testing.T) {
	ecds := &config.Config{
		Filters:   []config.Filter{{Name: "first"}, {Name: "second"}},
		Upstreams: []config.Upstream{{Name: "a"}, {Name: "backend"}},
	}
	inline := *ecds
	inline.Listener.FilterConfig = "inline"
	for _, tt := range []struct {
		c                    *config.Config
		typeURL, words, want string
	}{
		{ecds, resourcev3.ExtensionConfigType, "Unable to create Wasm plugin second", "filters[1]"},
		{ecds, resourcev3.ExtensionConfigType, "something else", "filters"},
		{ecds, resourcev3.ListenerType, "Error adding/updating listener(s) ingress: cannot bind '127.0.0.1:80': Address already in use\n", "listener.port"},
		{ecds, resourcev3.ListenerType, "Error adding/updating listener(s) ingress: cannot bind '127.0.0.1:80': Permission denied\n", "listener.port"},
		{ecds, resourcev3.ListenerType, "Error adding/updating listener(s) ingress: cannot bind '192.0.2.1:80': Cannot assign requested address\n", "listener.address"},
		{ecds, resourcev3.ListenerType, "something about second", "listener"},
		{&inline, resourcev3.ListenerType, "Error adding/updating listener(s) ingress: Unable to create Wasm plugin second\n", "filters[1]"},
		{ecds, resourcev3.ClusterType, "Error adding/updating cluster(s) backend: Failed to load trusted CA certificates from <inline>", "upstreams[1].tls"},
		{ecds, resourcev3.ClusterType, "Error adding/updating cluster(s) a: no", "upstreams[0]"},
		{ecds, resourcev3.RouteType, "no", "upstreams[0]"},
		{ecds, resourcev3.SecretType, "ingress Failed to load certificate chain from <inline>", "listener.tls.cert"},
		{ecds, resourcev3.SecretType, "upstream/backend Failed to load private key from <inline>", "upstreams[1].tls.cert"},
	} {
		if got := Origin(tt.c, tt.typeURL, tt.words); got != tt.want {
			t.Errorf("%s %q: %s, want %s", tt.typeURL, tt.words, got, tt.want)
		}
	}
}

func TestMentions(t *testing.T) {
	for words, want := range map[string]bool{
		"Error adding/updating cluster(s) us-1: no": false, "us: no": true, "no such cluster us.": true, "us.east, us": true, "status": false, "": false,
	} {
		if mentions(words, "us") != want {
			t.Errorf("%q: %t", words, !want)
		}
	}
}
