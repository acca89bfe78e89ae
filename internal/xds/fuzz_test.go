package xds

import (
	"strings"
	"testing"
	"unicode/utf8"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// FuzzRequest: whatever a client sends, what is kept of it is bounded and can be shown.
func FuzzRequest(f *testing.F) {
	node := `"node": {"id": "edge-1", "userAgentName": "envoy", "userAgentBuildVersion": {"version": {"majorNumber": 1, "minorNumber": 40}},
		"metadata": {"a": [{"b": null}]}, "extensions": [{"name": "envoy.filters.http.wasm", "category": "envoy.filters.http", "typeUrls": ["a"]}]}`
	for _, seed := range []string{
		`{` + node + `, "typeUrl": "type.googleapis.com/envoy.config.listener.v3.Listener"}`,
		`{` + node + `, "typeUrl": "a", "responseNonce": "1", "errorDetail": {"message": "Unable to create Wasm plugin\nx"}}`,
		`{"typeUrl": "a", "resourceNamesSubscribe": ["a", "*"], "resourceNamesUnsubscribe": ["b"], "initialResourceVersions": {"a": "1"}}`,
	} {
		var req discoveryv3.DeltaDiscoveryRequest
		if err := protojson.Unmarshal([]byte(seed), &req); err != nil {
			f.Fatal(err)
		}
		wire, err := proto.Marshal(&req)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(wire)
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		var (
			delta discoveryv3.DeltaDiscoveryRequest
			full  discoveryv3.DiscoveryRequest
			node  corev3.Node
		)
		if proto.Unmarshal(wire, &delta) == nil {
			kept(t, deltaRequest(&delta))
		}
		if proto.Unmarshal(wire, &full) == nil {
			kept(t, fullRequest(&full))
		}
		if proto.Unmarshal(wire, &node) == nil {
			shown(t, &node)
		}
	})
}

func kept(t *testing.T, r request) {
	if r.nack != nil && (len(*r.nack) > maxWords+len(" …") || !utf8.ValidString(*r.nack) || strings.TrimSpace(*r.nack) == "") {
		t.Errorf("%d bytes of words: %q", len(*r.nack), *r.nack)
	}
	if err := r.check(); err != nil && len(err.Error()) > 4<<10 {
		t.Errorf("an answer of %d bytes", len(err.Error()))
	}
	shown(t, r.node)
}

func shown(t *testing.T, n *corev3.Node) {
	if err := checkNode(n); err != nil && len(err.Error()) > 4<<10 {
		t.Errorf("an answer of %d bytes", len(err.Error()))
	}
	if words := unfit(n) + envoyVersion(n); len(words) > 8<<10 {
		t.Errorf("%d bytes about a node", len(words))
	}
}
