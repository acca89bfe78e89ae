package xds

import (
	"context"
	"testing"

	statusv3 "github.com/envoyproxy/go-control-plane/envoy/service/status/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/grpc/codes"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
)

func TestHostileQuestions(t *testing.T) {
	many := &statusv3.ClientStatusRequest{}
	for _, n := range names(1000, 100) {
		many.NodeMatchers = append(many.NodeMatchers, &matcherv3.NodeMatcher{NodeId: &matcherv3.StringMatcher{
			MatchPattern: &matcherv3.StringMatcher_Exact{Exact: n},
		}})
	}
	beside(t, []hostility{
		{"who runs what, again and again", codes.OK, "", func(ctx context.Context, h *hostile) error {
			client := statusv3.NewClientStatusDiscoveryServiceClient(h.dial())
			return h.until(ctx, func(int) error {
				_, err := client.FetchClientStatus(ctx, many)
				return err
			})
		}},
		{"a matcher that nobody understands", codes.Unimplemented, "only an exact node_id", func(ctx context.Context, h *hostile) error {
			_, err := statusv3.NewClientStatusDiscoveryServiceClient(h.dial()).FetchClientStatus(ctx,
				&statusv3.ClientStatusRequest{NodeMatchers: []*matcherv3.NodeMatcher{{}}})
			return err
		}},
		{"reflection, again and again", codes.OK, "", func(ctx context.Context, h *hostile) error {
			stream, err := reflectionpb.NewServerReflectionClient(h.dial()).ServerReflectionInfo(ctx)
			if err != nil {
				return err
			}
			return h.until(ctx, func(int) error {
				_ = stream.Send(&reflectionpb.ServerReflectionRequest{
					MessageRequest: &reflectionpb.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: "envoy.config.cluster.v3.Cluster"},
				})
				_, err := stream.Recv()
				return err
			})
		}},
	})
}
