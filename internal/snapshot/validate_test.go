package snapshot

import (
	"path/filepath"
	"strings"
	"testing"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protopath"
	"google.golang.org/protobuf/reflect/protorange"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/xds"
)

func TestPackValidates(t *testing.T) {
	_, err := pack(&hcmv3.HttpConnectionManager{}) // stat_prefix is required
	if err == nil || !strings.Contains(err.Error(), "StatPrefix") {
		t.Error(err)
	}
}

// Whatever an Envoy may be sent keeps Envoy's rules, at any depth: an Any that pack did not
// make shows here.
func TestEveryAnyIsValid(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		c := parse(t, file)
		wired, err := Wire(c, build(t, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range wired {
			sent := []proto.Message{r.Message}
			if r.Trial != nil {
				sent = append(sent, r.Trial)
			}
			if r.Fit != nil {
				sent = append(sent, r.Fit(every[xds.Ref]))
			}
			if r.Vary != nil {
				sent = append(sent, r.Vary(xds.Variation{Salt: 1, VM: 1}))
			}
			for _, m := range sent {
				if err := deepValidate(m); err != nil {
					t.Errorf("%s: %v", file, err)
				}
			}
		}
	}
}

func TestDeepValidate(t *testing.T) {
	bad, err := anypb.New(&hcmv3.HttpConnectionManager{})
	if err != nil {
		t.Fatal(err)
	}
	listener := &listenerv3.Listener{Name: "l", FilterChains: []*listenerv3.FilterChain{{
		Filters: []*listenerv3.Filter{{Name: "f", ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: bad}}},
	}}}
	if err := validate(listener); err != nil {
		t.Error("validate looks into an Any by now, and pack need not:", err)
	}
	if err := deepValidate(listener); err == nil || !strings.Contains(err.Error(), "StatPrefix") {
		t.Error(err)
	}
}

// deepValidate unpacks every Any.
func deepValidate(m proto.Message) error {
	return protorange.Range(m.ProtoReflect(), func(at protopath.Values) error {
		if v, ok := at.Index(-1).Value.Interface().(protoreflect.Message); ok {
			return validateAll(v.Interface())
		}
		return nil
	})
}
