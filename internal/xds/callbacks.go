package xds

import (
	"cmp"
	"context"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	serverv3 "github.com/envoyproxy/go-control-plane/pkg/server/v3"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
)

// callbacks translates go-control-plane's callbacks, one set for each protocol, for the tracker.
type callbacks struct {
	serverv3.CallbackFuncs // REST, which is not served

	*tracker
}

var _ serverv3.Callbacks = callbacks{}

func (c callbacks) OnStreamOpen(ctx context.Context, id int64, typeURL string) error {
	c.open(ctx, streamID{false, id}, typeURL)
	return nil
}

func (c callbacks) OnDeltaStreamOpen(ctx context.Context, id int64, typeURL string) error {
	c.open(ctx, streamID{true, id}, typeURL)
	return nil
}

func (c callbacks) OnStreamClosed(id int64, _ *corev3.Node)      { c.closed(streamID{false, id}) }
func (c callbacks) OnDeltaStreamClosed(id int64, _ *corev3.Node) { c.closed(streamID{true, id}) }

func (c callbacks) OnStreamRequest(id int64, req *discoveryv3.DiscoveryRequest) error {
	c.requested(streamID{false, id}, request{
		node:      req.GetNode(),
		typeURL:   req.GetTypeUrl(),
		nonce:     req.GetResponseNonce(),
		nack:      nackWords(req.GetErrorDetail()),
		subscribe: req.GetResourceNames(),
		replaces:  true,
		version:   req.GetVersionInfo(),
	})
	return nil
}

func (c callbacks) OnStreamDeltaRequest(id int64, req *discoveryv3.DeltaDiscoveryRequest) error {
	c.requested(streamID{true, id}, request{
		node:        req.GetNode(),
		typeURL:     req.GetTypeUrl(),
		nonce:       req.GetResponseNonce(),
		nack:        nackWords(req.GetErrorDetail()),
		subscribe:   req.GetResourceNamesSubscribe(),
		unsubscribe: req.GetResourceNamesUnsubscribe(),
		versions:    req.GetInitialResourceVersions(),
	})
	return nil
}

func (c callbacks) OnStreamResponse(ctx context.Context, id int64, _ *discoveryv3.DiscoveryRequest, resp *discoveryv3.DiscoveryResponse) {
	r := response{typeURL: resp.GetTypeUrl(), nonce: resp.GetNonce(), version: resp.GetVersionInfo()}
	for _, resource := range resp.GetResources() {
		r.bytes += len(resource.GetValue())
	}
	r.after = func(map[string]string) map[string]string {
		versions, _ := ctx.Value(versionsKey{}).(map[string]string)
		return versions
	}
	c.sending(streamID{false, id}, r)
}

func (c callbacks) OnStreamDeltaResponse(id int64, _ *discoveryv3.DeltaDiscoveryRequest, resp *discoveryv3.DeltaDiscoveryResponse) {
	r := response{typeURL: resp.GetTypeUrl(), nonce: resp.GetNonce(), version: resp.GetSystemVersionInfo()}
	for _, resource := range resp.GetResources() {
		r.bytes += len(resource.GetResource().GetValue())
	}
	r.after = func(has map[string]string) map[string]string { return after(has, resp) }
	c.sending(streamID{true, id}, r)
}

// nackWords returns Envoy's reason for a refusal, nil for an ACK.
func nackWords(detail *statuspb.Status) *string {
	if detail == nil {
		return nil
	}
	words := cmp.Or(strings.TrimSpace(detail.GetMessage()), "it gave no reason")
	return &words
}
