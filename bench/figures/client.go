package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// fleet are Envoys that take all clusters.
type fleet struct {
	mu    sync.Mutex
	conns []*grpc.ClientConn
}

func connect(ctx context.Context, address string, n int) (*fleet, error) {
	f := &fleet{}
	var all errgroup.Group
	all.SetLimit(50)
	for i := range n {
		all.Go(func() error { return f.connect(ctx, address, fmt.Sprintf("envoy-%d", i)) })
	}
	return f, all.Wait()
}

// connect has one Envoy subscribe and wait for its first response.
func (f *fleet) connect(ctx context.Context, address, node string) error {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	f.mu.Lock()
	f.conns = append(f.conns, conn)
	f.mu.Unlock()
	stream, err := discoveryv3.NewAggregatedDiscoveryServiceClient(conn).DeltaAggregatedResources(ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(&discoveryv3.DeltaDiscoveryRequest{Node: &corev3.Node{Id: node}, TypeUrl: resourcev3.ClusterType}); err != nil {
		return err
	}
	r, err := stream.Recv()
	if err != nil {
		return err
	}
	return stream.Send(&discoveryv3.DeltaDiscoveryRequest{TypeUrl: resourcev3.ClusterType, ResponseNonce: r.GetNonce()})
}

// report has each send a report as often as that, spread over the time.
func (f *fleet) report(ctx context.Context, report []byte, every time.Duration, times int) error {
	var message emptypb.Empty
	if err := proto.Unmarshal(report, &message); err != nil {
		return err
	}
	var all errgroup.Group
	for i, conn := range f.conns {
		all.Go(func() error {
			time.Sleep(every * time.Duration(i) / time.Duration(len(f.conns)))
			for range times {
				began := time.Now()
				if err := conn.Invoke(ctx, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", &message, &emptypb.Empty{}); err != nil {
					return err
				}
				time.Sleep(time.Until(began.Add(every)))
			}
			return nil
		})
	}
	return all.Wait()
}

func (f *fleet) close() {
	for _, c := range f.conns {
		_ = c.Close()
	}
}
