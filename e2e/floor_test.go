package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/bench/floor"
	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/snapshot"
)

// floorStack is an Envoy that follows the floor: what livefilter would have made of its
// config, and each edit held ready.
type floorStack struct {
	*stack
	floor *floor.Server
}

func newFloor(t testing.TB) *floorStack {
	f := &floorStack{stack: newStack(t)}
	var err error
	f.floor, err = floor.New("first", f.resources())
	must(t, err)
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	g := grpc.NewServer()
	discoveryv3.RegisterAggregatedDiscoveryServiceServer(g, f.floor)
	served := make(chan error)
	go func() { served <- g.Serve(lis) }()
	t.Cleanup(func() {
		g.Stop()
		must(t, <-served)
	})
	f.xds = lis.Addr().String()
	f.startEnvoy()
	eventually(t, "the floor's Envoy has the filter", func() bool {
		a, err := newClient(t).get(t.Context(), f.cfg.Port)
		return err == nil && a.userAgent() == "one"
	})
	return f
}

// resources are what livefilter makes of the stack's config.
func (f *floorStack) resources() []proto.Message {
	path := func(name string) string { return filepath.Join(f.dir, filepath.Base(name)) }
	c, err := config.Parse("livefilter.yaml", []byte(f.text()), func(name string) ([]byte, error) { return os.ReadFile(path(name)) })
	must(f.t, err)
	all, err := snapshot.Build(c)
	must(f.t, err)
	return all
}

// edit readies the value; the function that it returns saves the file and sends the value.
func (f *floorStack) edit(t testing.TB, value string) func() {
	f.cfg.Filters = fmt.Sprintf(userAgent, value)
	for _, r := range f.resources() {
		if e, ok := r.(*corev3.TypedExtensionConfig); ok {
			m, err := floor.NewMessage(value, e)
			must(t, err)
			must(t, f.floor.Prepare(m))
			text := f.text()
			return func() {
				f.write(text)
				f.floor.Push(m)
			}
		}
	}
	t.Fatal("the config has no filter")
	return nil
}
