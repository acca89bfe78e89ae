package plan

import (
	"net"
	"strconv"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
)

const httpOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"

// cluster says what becomes of an upstream (CDS). Envoy warms the new cluster, which is
// resolving its name, beside the old one, and swaps the two.
func cluster(was, is proto.Message, _, afterAll set) (Change, error) {
	before, hadIt := was.(*clusterv3.Cluster)
	after, hasIt := is.(*clusterv3.Cluster)
	switch {
	case !hadIt:
		c := Change{Resource: after.GetName(), Effect: "cluster added"}
		if !afterAll.takesTraffic(after.GetName()) {
			c.Effect += ", takes no traffic of clients: no route leads there"
		}
		return c, nil
	case !hasIt:
		return Change{Resource: before.GetName(), Effect: "cluster removed, requests under way end on it"}, nil
	}
	c := Change{Resource: after.GetName(), Effect: "cluster replaced after it has warmed, requests under way end on the old one"}
	c.Details = differ(c.Details, "address", address(before), address(after))
	c.Details = differ(c.Details, "connect_timeout", duration(before.GetConnectTimeout()), duration(after.GetConnectTimeout()))
	tls, err := tlsDiffers(before, after)
	if err != nil {
		return c, err
	}
	b, err := clusterHTTP(before)
	if err != nil {
		return c, err
	}
	a, err := clusterHTTP(after)
	if err != nil {
		return c, err
	}
	c.Details = append(c.Details, tls...)
	c.Details = differ(c.Details, "http", version(b), version(a))
	c.Details = differ(c.Details, "idle", idle(b), idle(a))
	filters, err := newChain(b.GetHttpFilters()).differs(newChain(a.GetHttpFilters()))
	c.Details = append(c.Details, filters...)
	c.Details = orOther(c.Details)
	return c, err
}

// clusterHTTP is how the upstream is spoken to, with the filters that see each try of a request.
func clusterHTTP(c *clusterv3.Cluster) (*httpv3.HttpProtocolOptions, error) {
	options := &httpv3.HttpProtocolOptions{}
	packed := c.GetTypedExtensionProtocolOptions()[httpOptions]
	if packed == nil {
		return options, nil
	}
	return options, packed.UnmarshalTo(options)
}

func version(o *httpv3.HttpProtocolOptions) string {
	switch {
	case o.GetAutoConfig() != nil:
		return "1 or 2, negotiated"
	case o.GetUseDownstreamProtocolConfig() != nil:
		return "the client's"
	case o.GetExplicitHttpConfig().GetHttp2ProtocolOptions() != nil:
		return "2"
	}
	return "1"
}

func idle(o *httpv3.HttpProtocolOptions) string {
	if d := o.GetCommonHttpProtocolOptions().GetIdleTimeout(); d != nil {
		return duration(d)
	}
	return "1h0m0s"
}

func duration(d *durationpb.Duration) string { return d.AsDuration().String() }

// Hosts are the hosts of all upstreams.
func (r Resources) Hosts() (map[string]bool, error) {
	all, err := r.unpack()
	if err != nil {
		return nil, err
	}
	hosts := map[string]bool{}
	for _, m := range all[resourcev3.ClusterType].byName {
		c, _ := m.(*clusterv3.Cluster)
		for _, l := range c.GetLoadAssignment().GetEndpoints() {
			for _, e := range l.GetLbEndpoints() {
				hosts[e.GetEndpoint().GetAddress().GetSocketAddress().GetAddress()] = true
			}
		}
	}
	return hosts, nil
}

func address(c *clusterv3.Cluster) string {
	for _, l := range c.GetLoadAssignment().GetEndpoints() {
		for _, e := range l.GetLbEndpoints() {
			return hostPort(e.GetEndpoint().GetAddress().GetSocketAddress())
		}
	}
	return "none"
}

type socketAddress interface {
	GetAddress() string
	GetPortValue() uint32
}

func hostPort(a socketAddress) string {
	return net.JoinHostPort(a.GetAddress(), strconv.Itoa(int(a.GetPortValue())))
}

func tlsDiffers(was, is *clusterv3.Cluster) ([]string, error) {
	if proto.Equal(was.GetTransportSocket(), is.GetTransportSocket()) {
		return nil, nil
	}
	if was.GetTransportSocket() == nil {
		return []string{"tls: off -> on"}, nil
	}
	if is.GetTransportSocket() == nil {
		return []string{"tls: on -> off"}, nil
	}
	var before, after tlsv3.UpstreamTlsContext
	if err := was.GetTransportSocket().GetTypedConfig().UnmarshalTo(&before); err != nil {
		return nil, err
	}
	if err := is.GetTransportSocket().GetTypedConfig().UnmarshalTo(&after); err != nil {
		return nil, err
	}
	details := differ(nil, "tls.sni", none(before.GetSni()), none(after.GetSni()))
	ca := func(c *tlsv3.UpstreamTlsContext) proto.Message {
		return c.GetCommonTlsContext().GetValidationContext().GetTrustedCa()
	}
	if !proto.Equal(ca(&before), ca(&after)) {
		details = append(details, "tls.ca: changed")
	}
	shown := func(c *tlsv3.UpstreamTlsContext) string {
		if len(c.GetCommonTlsContext().GetTlsCertificateSdsSecretConfigs()) > 0 {
			return "shown"
		}
		return "none"
	}
	details = differ(details, "tls.cert", shown(&before), shown(&after))
	return details, nil
}
