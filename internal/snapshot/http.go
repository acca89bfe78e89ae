package snapshot

import (
	"slices"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	codecv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/upstream_codec/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/livefilter/livefilter/internal/config"
)

// httpOptions are how the upstream is spoken to. Filters that see every try are here.
func httpOptions(c *config.Config, u config.Upstream, there func(config.Filter) bool) (*httpv3.HttpProtocolOptions, error) {
	http1, err := responseHTTP1()
	if err != nil {
		return nil, err
	}
	options := httpVersion(u, http1)
	options.CommonHttpProtocolOptions = &corev3.HttpProtocolOptions{IdleTimeout: durationpb.New(u.Idle)}
	if !slices.ContainsFunc(c.Filters, inCluster) {
		return options, nil
	}
	belongs := func(f config.Filter) bool { return inCluster(f) && there(f) }
	options.HttpFilters, err = httpFilters(c, clusterChain, belongs, "envoy.filters.http.upstream_codec", &codecv3.UpstreamCodec{})
	return options, err
}

// httpVersion does not depend on what the client speaks: Envoy translates. Without TLS there is
// nobody to ask, and most servers speak HTTP/1.1, which is Envoy's default too.
func httpVersion(u config.Upstream, http1 *corev3.Http1ProtocolOptions) *httpv3.HttpProtocolOptions {
	if u.HTTP == 0 { // by ALPN
		return &httpv3.HttpProtocolOptions{UpstreamProtocolOptions: &httpv3.HttpProtocolOptions_AutoConfig{
			AutoConfig: &httpv3.HttpProtocolOptions_AutoHttpConfig{
				HttpProtocolOptions: http1, Http2ProtocolOptions: responseHTTP2(),
			},
		}}
	}
	version := &httpv3.HttpProtocolOptions_ExplicitHttpConfig{}
	if u.HTTP == 2 {
		http2 := responseHTTP2()
		http2.AllowConnect = true // a WebSocket is an extended CONNECT then (RFC 8441)
		version.ProtocolConfig = &httpv3.HttpProtocolOptions_ExplicitHttpConfig_Http2ProtocolOptions{
			Http2ProtocolOptions: http2,
		}
	} else {
		version.ProtocolConfig = &httpv3.HttpProtocolOptions_ExplicitHttpConfig_HttpProtocolOptions{
			HttpProtocolOptions: http1,
		}
	}
	return &httpv3.HttpProtocolOptions{UpstreamProtocolOptions: &httpv3.HttpProtocolOptions_ExplicitHttpConfig_{ExplicitHttpConfig: version}}
}
