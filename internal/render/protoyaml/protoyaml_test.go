package protoyaml

import (
	"encoding/json"
	"strings"
	"testing"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routerv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func TestMarshal(t *testing.T) {
	router, err := anypb.New(&routerv3.Router{})
	if err != nil {
		t.Fatal(err)
	}
	l := &listenerv3.Listener{
		Name:                    "ingress",
		TcpBacklogSize:          wrapperspb.UInt32(7),
		UseOriginalDst:          wrapperspb.Bool(true),
		EnableReusePort:         wrapperspb.Bool(false),
		ConnectionBalanceConfig: &listenerv3.Listener_ConnectionBalanceConfig{},
	}
	packed, err := anypb.New(&hcmv3.HttpConnectionManager{StatPrefix: "on", HttpFilters: []*hcmv3.HttpFilter{
		{Name: "router", ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: router}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	l.ApiListener = &listenerv3.ApiListener{ApiListener: packed}
	got, err := Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	want := `name: ingress
use_original_dst: true
api_listener:
  api_listener:
    "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
    stat_prefix: "on"
    http_filters:
    - name: router
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
connection_balance_config: {}
enable_reuse_port: false
tcp_backlog_size: 7
`
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

// Whatever a string is, it is read back as that string, and by readers of YAML 1.1 too.
func TestStrings(t *testing.T) {
	for _, s := range []string{
		"", " ", "a b", " a", "a ", "a: b", "a #b", "#", "- a", "-", "?", "{}", "[]", "&a", "*a", "!a", "%a", "@a", "`a`", "'a'", `"a"`, `\`, "|", ">",
		"y", "Y", "yes", "No", "ON", "off", "true", "NULL", "~", ".inf", "-.INF", ".nan", "=", "<<", ":a", "::1",
		"0", "0x1f", "0o17", "017", "1_000", "1e3", "12:30", "12:30:45", "-1", "+1", ".5", "2001-01-01", "1.10",
		"a\nb", "\n", "a\n", "\t", "a\tb", "a\r\nb", "\x00", "\x1b", "\x7f", "\u0085", "\u2028", "\ufeff", "ü", "\U0001f600",
		strings.Repeat("long words ", 40), `{"headers":[{"name":"x: y","values":["a # b"]}]}`,
	} {
		got, err := Marshal(structpb.NewStringValue(s))
		if err != nil {
			t.Fatal(err)
		}
		var back any
		if err := yaml.Load(got, &back); err != nil || back != s {
			t.Errorf("%q: written as %s, read as %#v, %v", s, got, back, err)
		}
	}
}

func FuzzMarshal(f *testing.F) {
	f.Add(`{"a": [1, 2.5, null, true, "x", {}, []], "": {"y": "n"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var m structpb.Struct
		if protojson.Unmarshal([]byte(text), &m) != nil {
			t.Skip()
		}
		got, err := Marshal(&m)
		if err != nil {
			t.Fatal(err)
		}
		var back any
		if err := yaml.Load(got, &back); err != nil {
			t.Fatalf("%s: %v", got, err)
		}
		again, err := json.Marshal(back)
		if err != nil {
			t.Fatal(err)
		}
		var m2 structpb.Struct
		if err := protojson.Unmarshal(again, &m2); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(m.AsMap(), m2.AsMap()); d != "" {
			t.Errorf("%s\n%s", got, d)
		}
	})
}
