package figures

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	grpcstatus "google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// service is OpenTelemetry's MetricsService. A request is taken as a message without fields, whose
// bytes stay as they are: see read.
var service = grpc.ServiceDesc{
	ServiceName: serviceName,
	HandlerType: (*any)(nil),
	Methods:     []grpc.MethodDesc{{MethodName: "Export", Handler: export}},
	Metadata:    "opentelemetry/proto/collector/metrics/v1/metrics_service.proto",
}

const serviceName = "opentelemetry.proto.collector.metrics.v1.MetricsService"

// Register offers the service to which Envoys send their figures.
func (f *Figures) Register(g grpc.ServiceRegistrar) { g.RegisterService(&service, f) }

func export(f any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
	var request emptypb.Empty
	if err := decode(&request); err != nil {
		return nil, err
	}
	handle := func(ctx context.Context, request any) (any, error) {
		return f.(*Figures).export(ctx, request.(*emptypb.Empty))
	}
	if intercept == nil {
		return handle(ctx, &request)
	}
	info := &grpc.UnaryServerInfo{Server: f, FullMethod: "/" + serviceName + "/Export"}
	return intercept(ctx, &request, info, handle)
}

// export hears a report. What it answers with an error, Envoy drops.
func (f *Figures) export(ctx context.Context, request *emptypb.Empty) (*emptypb.Empty, error) {
	p, ok := peer.FromContext(ctx)
	if !ok || !f.known(p.Addr.String()) {
		return nil, grpcstatus.Error(codes.FailedPrecondition, "no Envoy takes its config on this connection")
	}
	if !f.report(p.Addr.String(), f.names.Load().read(request.ProtoReflect().GetUnknown(), f.now())) {
		return nil, grpcstatus.Error(codes.ResourceExhausted, "too many reports: one a second is heard")
	}
	return &emptypb.Empty{}, nil
}
