// Package module takes the code out of filters and into files.
package module

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/render"
	"github.com/livefilter/livefilter/internal/snapshot"
)

// Extract returns a copy of resources whose filters read their code from files in the
// folder dir of Envoy's machine, and those files. Filters with the same code share one.
func Extract(resources []proto.Message, dir string) ([]proto.Message, []render.File, error) {
	var out []proto.Message
	var files []render.File
	for _, r := range resources {
		filter, ok := r.(*corev3.TypedExtensionConfig)
		if !ok {
			out = append(out, r)
			continue
		}
		packed, err := snapshot.EditMatched(filter.GetTypedConfig(), func(inner *anypb.Any) (*anypb.Any, error) {
			wasm := &wasmfilterv3.Wasm{}
			if !inner.MessageIs(wasm) {
				return inner, nil
			}
			if err := inner.UnmarshalTo(wasm); err != nil {
				return nil, err
			}
			local := wasm.GetConfig().GetVmConfig().GetCode().GetLocal()
			var name string
			name, files = place(files, filter.GetName(), local.GetInlineBytes())
			wasm.Config.GetVmConfig().Code = &corev3.AsyncDataSource{Specifier: &corev3.AsyncDataSource_Local{
				Local: &corev3.DataSource{Specifier: &corev3.DataSource_Filename{Filename: path.Join(dir, name)}},
			}}
			return anypb.New(wasm)
		})
		if err != nil {
			return nil, nil, fmt.Errorf("filter %s: %w", filter.GetName(), err)
		}
		out = append(out, &corev3.TypedExtensionConfig{Name: filter.GetName(), TypedConfig: packed})
	}
	return out, files, nil
}

// place finds the file with code, or adds one named after the filter. The name can be a key
// of a Kubernetes ConfigMap, which must not begin with two dots or have a slash.
func place(files []render.File, filter string, code []byte) (string, []render.File) {
	filter = strings.ReplaceAll(strings.TrimLeft(filter, "."), "/", "-")
	name := filter + ".wasm"
	for i := 2; ; i++ {
		taken := false
		for _, f := range files {
			if bytes.Equal(f.Data, code) {
				return f.Name, files
			}
			taken = taken || strings.EqualFold(f.Name, name)
		}
		if !taken {
			return name, append(files, render.File{Name: name, Data: code})
		}
		name = fmt.Sprintf("%s-%d.wasm", filter, i)
	}
}
