package xds

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	adminv3 "github.com/envoyproxy/go-control-plane/envoy/admin/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	statusv3 "github.com/envoyproxy/go-control-plane/envoy/service/status/v3"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"
)

// csds is Envoy's own protocol for asking who runs what. Each entry is a resource type of
// an Envoy; resources themselves are left out, as they may hold secrets.
type csds struct {
	statusv3.UnimplementedClientStatusDiscoveryServiceServer

	server *Server

	mu    sync.Mutex
	asked time.Time
	nodes []Node
}

// csdsTime is how old an answer may be. Asked more often, the server gives the same again:
// it has to look at every Envoy.
const csdsTime = 100 * time.Millisecond

func (c *csds) fleet() []Node {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.server.now(); now.Sub(c.asked) >= csdsTime {
		c.nodes, c.asked = c.server.Fleet().Nodes, now
	}
	return c.nodes
}

func (c *csds) StreamClientStatus(stream statusv3.ClientStatusDiscoveryService_StreamClientStatusServer) error {
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		resp, err := c.FetchClientStatus(stream.Context(), req)
		if err != nil {
			return err
		}
		if err := stream.Send(resp); err != nil {
			return err
		}
	}
}

func (c *csds) FetchClientStatus(_ context.Context, req *statusv3.ClientStatusRequest) (*statusv3.ClientStatusResponse, error) {
	wanted := map[string]bool{}
	for _, m := range req.GetNodeMatchers() {
		id := m.GetNodeId().GetExact()
		if id == "" {
			return nil, grpcstatus.Error(codes.Unimplemented, "node_matchers: only an exact node_id is understood")
		}
		wanted[id] = true
	}
	resp := &statusv3.ClientStatusResponse{}
	for _, n := range c.fleet() {
		if len(wanted) == 0 || wanted[n.ID] {
			resp.Config = append(resp.Config, clientConfig(n))
		}
	}
	return resp, nil
}

func clientConfig(n Node) *statusv3.ClientConfig {
	c := &statusv3.ClientConfig{Node: &corev3.Node{
		Id: n.ID, UserAgentName: "envoy", UserAgentVersionType: &corev3.Node_UserAgentVersion{UserAgentVersion: n.Envoy},
	}}
	for _, r := range n.Resources {
		x := &statusv3.ClientConfig_GenericXdsConfig{TypeUrl: r.TypeURL, VersionInfo: r.Acked}
		switch {
		case r.Refused:
			x.ConfigStatus, x.ClientStatus = statusv3.ConfigStatus_ERROR, adminv3.ClientResourceStatus_NACKED
			x.ErrorState = &adminv3.UpdateFailureState{Details: *r.Error, VersionInfo: r.Sent}
		case r.Error == nil && r.Acked == r.Served:
			x.ConfigStatus, x.ClientStatus = statusv3.ConfigStatus_SYNCED, adminv3.ClientResourceStatus_ACKED
		case r.Sent == "":
			x.ConfigStatus, x.ClientStatus = statusv3.ConfigStatus_NOT_SENT, adminv3.ClientResourceStatus_REQUESTED
		default:
			x.ConfigStatus, x.ClientStatus = statusv3.ConfigStatus_STALE, adminv3.ClientResourceStatus_REQUESTED
		}
		c.GenericXdsConfigs = append(c.GenericXdsConfigs, x)
	}
	return c
}
