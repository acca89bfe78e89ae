package try

import (
	"fmt"
	"testing"
)

// Filters of one vm_id see each other's shared data, and each its environment: as e2e has it of Envoy.
func TestShareAndEnv(t *testing.T) {
	pair := func(name, vm string) Filter {
		f := own(t, "pair")
		f.Plugin.Name, f.Plugin.VMID, f.Plugin.Env = name, vm, map[string]string{"NAME": name}
		return f
	}
	for want, filters := range map[string][]Filter{
		"[1 2 NAME=b NAME=a] 1": {pair("a", "v"), pair("b", "v")},
		"[1 1 NAME=b NAME=a] 2": {pair("a", "v"), pair("b", "w")},
	} {
		c := open(t, Retry{}, filters...)
		x, err := c.Do(t.Context(), get(), fussy)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, name := range []string{"x-shared", "x-env"} {
			for _, h := range x.Response.After.Headers {
				if h.Name == name {
					got = append(got, h.Value)
				}
			}
		}
		if got := fmt.Sprint(got, len(c.Stored())); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
