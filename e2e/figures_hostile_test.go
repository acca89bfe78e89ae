package e2e

import (
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	grpcstatus "google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/livefilter/livefilter/internal/xds"
)

// Who takes no config is not heard, and a report that no Envoy sends is not read.
func TestFiguresOfStrangers(t *testing.T) {
	s := newTold(t)
	conn, err := grpc.NewClient(s.xds, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	defer conn.Close()
	for size, want := range map[int]codes.Code{10: codes.FailedPrecondition, 300 << 10: codes.ResourceExhausted} {
		report := emptypb.Empty{}
		field := protowire.AppendTag(nil, 31, protowire.BytesType)
		must(t, proto.Unmarshal(protowire.AppendBytes(field, make([]byte, size)), &report))
		for range 100 {
			err := conn.Invoke(t.Context(), "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", &report, &emptypb.Empty{})
			if grpcstatus.Code(err) != want {
				t.Fatalf("%d bytes: %v", size, err)
			}
		}
	}
	s.told("the Envoy is heard", func(_ string, n xds.Node) bool { return n.Traffic.Requests > 0 })
}
