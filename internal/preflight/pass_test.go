package preflight

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/proxywasm"
	"github.com/livefilter/livefilter/internal/proxywasm/headers"
)

// The upstream gets the request as the plugin left it, if it goes on at all, and its answer goes back through the plugin.
func TestPass(t *testing.T) {
	failed := errors.New("failed")
	for name, tt := range map[string]struct {
		there   bool
		err     error
		reached bool
		status  string
	}{
		"ok-header":      {true, nil, true, "200"},
		"ok-empty":       {false, nil, true, ""},
		"ok-local-reply": {true, nil, false, "403"},
		"request-pause":  {true, nil, false, ""},
		"an error":       {true, failed, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "an error" {
				name = "ok-empty"
			}
			code, err := os.ReadFile("testdata/" + name + ".wasm")
			if err != nil {
				t.Fatal(err)
			}
			c := New(WithTimeout(time.Minute))
			defer c.Close(context.Background())
			s, err := c.Open(t.Context(), Plugin{Name: "p", Code: code})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close(context.Background())
			var got proxywasm.Message
			reached := false
			r, err := s.Pass(t.Context(), request("GET", nil, nil), func(m proxywasm.Message) (proxywasm.Answer, error) {
				reached, got = true, m
				return proxywasm.Answer{Message: proxywasm.Message{Headers: headers.List{{Name: ":status", Value: "200"}}}, There: tt.there}, tt.err
			})
			if !errors.Is(err, tt.err) || reached != tt.reached {
				t.Fatalf("reached: %t, %v", reached, err)
			}
			if status, _ := r.Response.Headers.Get(":status"); status != tt.status {
				t.Errorf("status %q, want %q", status, tt.status)
			}
			if reached && len(got.Headers) != len(r.Request.Headers) {
				t.Errorf("the upstream got %v, the plugin left %v", got.Headers, r.Request.Headers)
			}
		})
	}
}
