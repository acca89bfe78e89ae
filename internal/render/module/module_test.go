package module

import (
	"testing"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	wasmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/render"
)

func filter(t *testing.T, name string, code *corev3.DataSource) *corev3.TypedExtensionConfig {
	t.Helper()
	packed, err := anypb.New(&wasmfilterv3.Wasm{Config: &wasmv3.PluginConfig{Vm: &wasmv3.PluginConfig_VmConfig{
		VmConfig: &wasmv3.VmConfig{Code: &corev3.AsyncDataSource{Specifier: &corev3.AsyncDataSource_Local{Local: code}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return &corev3.TypedExtensionConfig{Name: name, TypedConfig: packed}
}

func inline(code string) *corev3.DataSource {
	return &corev3.DataSource{Specifier: &corev3.DataSource_InlineBytes{InlineBytes: []byte(code)}}
}

func file(name string) *corev3.DataSource {
	return &corev3.DataSource{Specifier: &corev3.DataSource_Filename{Filename: name}}
}

func TestExtract(t *testing.T) {
	cluster := &clusterv3.Cluster{Name: "c"}
	in := []proto.Message{
		cluster, filter(t, "one", inline("1")), filter(t, "same/upstream", inline("1")), filter(t, "two/upstream", inline("2")),
		filter(t, "..x", inline("3")), filter(t, ".X", inline("4")), filter(t, "...", inline("5")),
	}
	want := []proto.Message{
		cluster, filter(t, "one", file("d/one.wasm")), filter(t, "same/upstream", file("d/one.wasm")),
		filter(t, "two/upstream", file("d/two-upstream.wasm")), filter(t, "..x", file("d/x.wasm")),
		filter(t, ".X", file("d/X-2.wasm")), filter(t, "...", file("d/.wasm")),
	}
	out, files, err := Extract(in, "d")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, out, protocmp.Transform()); d != "" {
		t.Error(d)
	}
	wantFiles := []render.File{
		{Name: "one.wasm", Data: []byte("1")}, {Name: "two-upstream.wasm", Data: []byte("2")}, {Name: "x.wasm", Data: []byte("3")},
		{Name: "X-2.wasm", Data: []byte("4")}, {Name: ".wasm", Data: []byte("5")},
	}
	if d := cmp.Diff(wantFiles, files); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(filter(t, "one", inline("1")), in[1], protocmp.Transform()); d != "" {
		t.Errorf("the argument was changed: %s", d)
	}
}
