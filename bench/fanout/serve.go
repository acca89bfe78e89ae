package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/sotw/v3"
	serverv3 "github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/livefilter/livefilter/bench/floor"
)

// pusher readies a push; the function that it returns does it and says when it began.
type pusher func(push int) (func() (time.Time, error), error)

// serve is this program as one of the servers to compare with. It writes its address, then for each line of stdin, a
// number, when the push of that number began, in nanoseconds. It ends with stdin.
func serve(ctx context.Context, kind string, stdin io.Reader, stdout io.Writer) error {
	g := grpc.NewServer()
	register := map[string]func(context.Context, *grpc.Server) (pusher, error){plain: servePlain, bare: serveFloor}[kind]
	if register == nil {
		return fmt.Errorf("no such server: %s", kind)
	}
	ready, err := register(ctx, g)
	if err != nil {
		return err
	}
	lis, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { _ = g.Serve(lis) }()
	defer g.Stop()
	fmt.Fprintln(stdout, lis.Addr())
	lines := bufio.NewScanner(stdin)
	for lines.Scan() {
		push, err := strconv.Atoi(lines.Text())
		if err != nil {
			return err
		}
		do, err := ready(push)
		if err != nil {
			return err
		}
		began, err := do()
		if err != nil {
			return err
		}
		fmt.Fprintln(stdout, began.UnixNano())
	}
	return lines.Err()
}

func serveFloor(_ context.Context, g *grpc.Server) (pusher, error) {
	first, err := resources(0)
	if err != nil {
		return nil, err
	}
	s, err := floor.New("0", first)
	if err != nil {
		return nil, err
	}
	discoveryv3.RegisterAggregatedDiscoveryServiceServer(g, s)
	return func(push int) (func() (time.Time, error), error) {
		all, err := resources(push)
		if err != nil {
			return nil, err
		}
		m, err := floor.NewMessage(strconv.Itoa(push), extensionConfigs(all)...)
		if err != nil {
			return nil, err
		}
		return func() (time.Time, error) { return s.Push(m), nil }, s.Prepare(m)
	}, nil
}

func extensionConfigs(all []proto.Message) (out []proto.Message) {
	for _, r := range all {
		if e, ok := r.(*corev3.TypedExtensionConfig); ok {
			out = append(out, e)
		}
	}
	return out
}

// everyNode makes one snapshot do for all nodes: the cheapest way to use go-control-plane's cache.
type everyNode struct{}

func (everyNode) ID(*corev3.Node) string { return "all" }

func servePlain(ctx context.Context, g *grpc.Server) (pusher, error) {
	cache := cachev3.NewSnapshotCache(true, everyNode{}, nil)
	s := serverv3.NewServer(ctx, cache, nil, sotw.WithOrderedADS())
	discoveryv3.RegisterAggregatedDiscoveryServiceServer(g, s)
	ready := func(push int) (func() (time.Time, error), error) {
		all, err := resources(push)
		if err != nil {
			return nil, err
		}
		snapshot, err := plainSnapshot(push, all)
		if err != nil {
			return nil, err
		}
		return func() (time.Time, error) {
			began := time.Now()
			return began, cache.SetSnapshot(ctx, "all", snapshot)
		}, nil
	}
	do, err := ready(0)
	if err == nil {
		_, err = do()
	}
	return ready, err
}

// plainSnapshot has a new version for the filters only, as nothing else changes.
func plainSnapshot(push int, all []proto.Message) (*cachev3.Snapshot, error) {
	byType := map[resourcev3.Type][]types.Resource{}
	for _, r := range all {
		t := "type.googleapis.com/" + string(r.ProtoReflect().Descriptor().FullName())
		byType[t] = append(byType[t], r)
	}
	s, err := cachev3.NewSnapshot("0", byType)
	if err != nil {
		return nil, err
	}
	s.Resources[types.ExtensionConfig].Version = strconv.Itoa(push)
	return s, nil
}
