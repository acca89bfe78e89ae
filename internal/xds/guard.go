package xds

import (
	"context"
	"strings"

	"google.golang.org/grpc"
)

// judgedElsewhere are the services that a guard does not judge: discovery judges the node too, and
// health is open to every verified certificate.
var judgedElsewhere = []string{
	"/envoy.service.discovery.v3.AggregatedDiscoveryService/", "/envoy.service.extension.v3.ExtensionConfigDiscoveryService/",
	"/grpc.health.v1.Health/",
}

// guard keeps clients whose certificate is in no rule away from the services beside discovery.
type guard struct{ *Server }

func (g guard) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if err := g.mayCall(ctx, info.FullMethod, g.rule.Load()); err != nil {
		return nil, err
	}
	return handler(ctx, req)
}

func (g guard) stream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	r := g.rule.Load()
	if err := g.mayCall(stream.Context(), info.FullMethod, r); err != nil {
		return err
	}
	return handler(srv, &guarded{stream, g, info.FullMethod, r})
}

func (g guard) mayCall(ctx context.Context, method string, r *rule) error {
	for _, service := range judgedElsewhere {
		if strings.HasPrefix(method, service) {
			return nil
		}
	}
	names := callerNames(ctx)
	if d := r.denies(names, "", ""); d != nil {
		d.asked = method
		g.deny(names, address(ctx), false, d)
		return d
	}
	return nil
}

// guarded is a stream whose client is judged again at the first message after the rule has changed.
type guarded struct {
	grpc.ServerStream

	guard  guard
	method string
	rule   *rule
}

func (g *guarded) RecvMsg(m any) error {
	if err := g.ServerStream.RecvMsg(m); err != nil {
		return err
	}
	if r := g.guard.rule.Load(); r != g.rule {
		if err := g.guard.mayCall(g.Context(), g.method, r); err != nil {
			return err
		}
		g.rule = r
	}
	return nil
}
