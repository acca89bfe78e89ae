package xds

import (
	"testing"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"google.golang.org/protobuf/proto"
)

// What takes a listener's place depends on what it keeps, too, and knows what it needs itself.
func TestFittedKeeps(t *testing.T) {
	lacks, keeps := Ref{ecds, "f/upstream"}, Ref{ecds, "f"}
	r, err := pack(Resource{
		Message: &listenerv3.Listener{Name: "l", StatPrefix: "whole"}, Needs: []Ref{lacks}, Keeps: []Ref{keeps},
		Fit: func(has func(Ref) bool) proto.Message {
			if has(keeps) {
				return &listenerv3.Listener{Name: "l", StatPrefix: "keeps"}
			}
			return &listenerv3.Listener{Name: "l"}
		},
	})
	must(t, err)
	for _, tt := range []struct {
		has  []Ref
		want string
	}{{nil, ""}, {[]Ref{keeps}, "keeps"}, {[]Ref{lacks}, "whole"}, {nil, ""}} {
		fit := r.fitted(func(ref Ref) bool { return len(tt.has) > 0 && ref == tt.has[0] })
		m, err := fit.base.UnmarshalNew()
		must(t, err)
		if got := m.(*listenerv3.Listener).GetStatPrefix(); got != tt.want || len(fit.needs) != len(tt.has) {
			t.Errorf("with %v: %q that needs %v", tt.has, got, fit.needs)
		}
	}
}
