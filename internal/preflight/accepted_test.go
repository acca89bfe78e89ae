package preflight

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// What a config has that the last one had too is not checked again, if it was accepted; a change of anything that the
// verdict depends on makes it another plugin. A closed Checker checks nothing, which shows what is remembered.
func TestWhatWasAcceptedIsNotCheckedAgain(t *testing.T) {
	good := sample{file: "testdata/ok-header.wasm", config: "{}"}.plugin(t)
	bad := sample{file: "testdata/configure-false.wasm"}.plugin(t)
	but := func(change func(*Plugin)) Plugin {
		p := good
		change(&p)
		return p
	}
	other := but(func(p *Plugin) { p.Config = []byte(`{"a": 1}`) })
	for name, tt := range map[string]struct {
		loads [][]Plugin // the last one with nothing but what is remembered
		known []bool     // of the last one
	}{
		"the same, read anew":  {[][]Plugin{{good, other}, {but(func(p *Plugin) { p.Code = slices.Clone(p.Code) }), other}}, []bool{true, true}},
		"in another order":     {[][]Plugin{{good, other}, {other, good}}, []bool{true, true}},
		"another config":       {[][]Plugin{{good}, {other}}, []bool{false}},
		"another name":         {[][]Plugin{{good}, {but(func(p *Plugin) { p.Name = "q" })}}, []bool{false}},
		"another root":         {[][]Plugin{{good}, {but(func(p *Plugin) { p.RootID = "r" })}}, []bool{false}},
		"another VM":           {[][]Plugin{{good}, {but(func(p *Plugin) { p.VMID = "w" })}}, []bool{false}},
		"another VM's config":  {[][]Plugin{{good}, {but(func(p *Plugin) { p.VMConfig = []byte("c") })}}, []bool{false}},
		"remembered twice":     {[][]Plugin{{good}, {good}, {good}}, []bool{true}},
		"not in the last load": {[][]Plugin{{good, other}, {other}, {good}}, []bool{false}},
		"refused":              {[][]Plugin{{good, bad}, {good, bad}}, []bool{true, false}},
	} {
		t.Run(name, func(t *testing.T) {
			c := New(WithTimeout(time.Minute))
			for i, load := range tt.loads {
				last := i == len(tt.loads)-1
				if last {
					_ = c.Close(t.Context())
				}
				for j, v := range c.CheckAll(t.Context(), load) {
					if last && errors.Is(v.Err, ErrClosed) == tt.known[j] {
						t.Errorf("plugin %d: %v", j, v.Err)
					}
				}
			}
		})
	}
}

// A verdict that more time may have changed is not remembered, nor is anything forgotten by who gives up.
func TestWhatHangsOnTimeIsCheckedAgain(t *testing.T) {
	c := New(WithTimeout(time.Second))
	good := sample{file: "testdata/ok-header.wasm"}.plugin(t)
	hasty := loopsWhenReplaced(t)
	for _, v := range c.CheckAll(t.Context(), []Plugin{good, hasty}) {
		if v.Err != nil {
			t.Error(v.Err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if v := c.CheckAll(ctx, []Plugin{hasty}); !errors.Is(v[0].Err, context.Canceled) {
		t.Error(v[0].Err)
	}
	_ = c.Close(t.Context())
	if v := c.CheckAll(t.Context(), []Plugin{good, hasty}); v[0].Err != nil || !errors.Is(v[1].Err, ErrClosed) {
		t.Errorf("%v, %v", v[0].Err, v[1].Err)
	}
}

// loopsWhenReplaced is accepted, with a warning: configured for a second time in its VM, it does not return.
func loopsWhenReplaced(t *testing.T) Plugin {
	t.Helper()
	p := sample{file: "testdata/replace-trap.wasm"}.plugin(t)
	at := bytes.Index(p.Code, []byte{0x23, 0x00, 0x04, 0x40, 0x00, 0x0b}) // if $configured, trap
	if at < 0 {
		t.Fatal("no such code")
	}
	p.Code = slices.Replace(p.Code, at, at+6, 0x03, 0x40, 0x23, 0x00, 0x0d, 0x00, 0x0b) // loop while $configured
	p.Code[at-2]++                                                                      // a byte more of the function,
	p.Code[at-13]++                                                                     // and of the section
	return p
}
