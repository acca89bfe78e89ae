package xds

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
)

// Those who have a certificate of the CA and may not connect come as fast as they can, as ever others:
// edits reach the one that may, and nothing of them grows.
func TestFloodOfStrangers(t *testing.T) {
	g := newGate(t)
	set(t, g.Server, "a", "a", nil)
	g.may(map[string]string{"good.example": "good"})
	good := openDelta(t, g.dial("good.example"))
	good.node = &corev3.Node{Id: "good"}
	join(good)
	ctx, cancel := context.WithCancel(t.Context())
	var flood sync.WaitGroup
	var tries atomic.Int64
	for i := range 4 {
		client := discoveryv3.NewAggregatedDiscoveryServiceClient(g.dial(fmt.Sprintf("bad-%d.example", i)))
		flood.Go(func() {
			for ctx.Err() == nil {
				stream, err := client.DeltaAggregatedResources(ctx)
				if err != nil {
					continue
				}
				id := fmt.Sprint("edge-", tries.Add(1))
				if stream.Send(&discoveryv3.DeltaDiscoveryRequest{Node: &corev3.Node{Id: id}, TypeUrl: cds}) == nil {
					if r, err := stream.Recv(); err == nil {
						t.Errorf("%s got %v", id, r)
					}
				}
			}
		})
	}
	for i := 0; tries.Load() < 1000; i++ {
		set(t, g.Server, fmt.Sprint("edit ", i), "a", nil)
		good.answer(good.recv(), "")
		eventually(t, "the edit is live", func() bool { return g.Fleet().Live })
	}
	cancel()
	flood.Wait()
	if n := len(g.Denied()); n == 0 || n > maxDenied {
		t.Errorf("%d are remembered", n)
	}
	if n := g.lines("client denied"); n > maxDenied {
		t.Errorf("%d lines", n)
	}
	if f := g.Fleet(); len(f.Nodes) != 1 || !f.Live {
		t.Errorf("got %+v", f)
	}
}
