package traffic

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

func TestMessages(t *testing.T) {
	spec := Spec{
		Path: "/a", Body: "{}", Headers: []string{"Host: a.example", "X-Request-ID:\t7 "}, Status: 204,
		StatusIf:        []string{"x-key=a=b:c:429", "x-key=:503"},
		ResponseHeaders: []string{"Retry-After: 5"}, ResponseBody: "no",
	}
	request, upstream, err := spec.Messages()
	if err != nil {
		t.Fatal(err)
	}
	want := proxywasm.Message{Body: []byte("{}"), Headers: headers.List{
		{Name: ":authority", Value: "a.example"}, {Name: ":path", Value: "/a"}, {Name: ":method", Value: "POST"},
		{Name: ":scheme", Value: "http"}, {Name: "x-request-id", Value: "7"},
		{Name: "content-length", Value: "2"},
	}}
	if d := cmp.Diff(want, request); d != "" {
		t.Errorf("request: -want +got:\n%s", d)
	}
	for key, status := range map[string]string{"a=b:c": "429", "": "503", "other": "204"} {
		sent := proxywasm.Message{Headers: headers.List{{Name: "x-key", Value: key}}}
		want := proxywasm.Message{Body: []byte("no"), Headers: headers.List{
			{Name: ":status", Value: status}, {Name: "retry-after", Value: "5"}, {Name: "content-length", Value: "2"},
		}}
		if d := cmp.Diff(want, upstream(sent)); d != "" {
			t.Errorf("response to x-key %q: -want +got:\n%s", key, d)
		}
	}
}
