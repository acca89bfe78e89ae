package main

import (
	"os"
	"slices"
	"testing"

	"github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"
	"go.yaml.in/yaml/v4"
)

func TestRefusedConfigurationIsOneLogLine(t *testing.T) {
	data, err := os.ReadFile("internal/config/testdata/invalid.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Config, Error string }
	if err := yaml.Load(data, &cases); err != nil {
		t.Fatal(err)
	}
	inBoth(t, "User-Agent", func(t *testing.T, e *emulator) {
		for i, c := range cases {
			e.setConfig(t, c.Config)
			if status := e.StartPlugin(); status != types.OnPluginStartStatusFailed {
				t.Errorf("%s: started", c.Config)
			}
			logs := e.GetCriticalLogs() // the last is all that is valid: they are views of the module's memory
			if len(logs) != i+1 {
				t.Fatalf("%s: %d lines", c.Config, len(logs)-i)
			}
			// Where a text is cut short, the spaces after it move the byte at which that is noticed.
			got, want := logs[i], "plugin configuration: "+c.Error
			if got != want && !slices.Contains([]string{"{", `{"name":"a"`, `{"name":"a`}, c.Config) {
				t.Errorf("%s:\n got %s\nwant %s", c.Config, got, want)
			}
		}
		// A good one afterwards is taken.
		e.setConfig(t, "User-Agent")
		e.start(t)
	})
}

func TestConfigMetricTellsTheConfiguration(t *testing.T) {
	inBoth(t, "User-Agent", func(t *testing.T, e *emulator) {
		e.start(t)
		got, err := e.GetGaugeMetric("livefilter.filter.my-wasm-filter.config")
		if want := uint64(fnv1a(string(e.config))); err != nil || got != want {
			t.Errorf("config is %d (%v), want %d", got, err, want)
		}
	})
	// From the reference (Fowler, Noll, Vo): the hash of "foobar".
	if got := fnv1a("foobar"); got != 0xbf9cf968 {
		t.Errorf("%#x", got)
	}
}

func TestVMForgetsPlugins(t *testing.T) {
	v := &vmContext{}
	v.NewPluginContext(1)
	second := v.NewPluginContext(7)
	v.forget(1)
	if v.plugin(1) != nil || v.plugin(7) != second || len(v.plugins) != 1 {
		t.Errorf("%+v", v.plugins)
	}
}
