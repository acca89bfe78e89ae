package clienttls

import (
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/types/known/durationpb"
)

// InSidecar is what an Istio sidecar has from the agent beside it, which renews it: the workload's certificate, whose
// only name is a SPIFFE ID, and the mesh's root (istio.io/istio/pkg/security: default, ROOTCA). With a pair in f the
// agent reads that instead, from files of the sidecar.
func InSidecar(f Files) Secrets {
	name := "default"
	if f.Cert != "" {
		name = "file-cert:" + f.Cert + "~" + f.Key
	}
	return Secrets{Certificate: fromAgent(name), CA: fromAgent("ROOTCA")}
}

func fromAgent(name string) *tlsv3.SdsSecretConfig {
	return &tlsv3.SdsSecretConfig{Name: name, SdsConfig: &corev3.ConfigSource{
		ConfigSourceSpecifier: &corev3.ConfigSource_ApiConfigSource{ApiConfigSource: &corev3.ApiConfigSource{
			ApiType:                   corev3.ApiConfigSource_GRPC,
			TransportApiVersion:       corev3.ApiVersion_V3,
			SetNodeOnFirstMessageOnly: true,
			GrpcServices: []*corev3.GrpcService{{TargetSpecifier: &corev3.GrpcService_EnvoyGrpc_{
				EnvoyGrpc: &corev3.GrpcService_EnvoyGrpc{ClusterName: "sds-grpc"},
			}}},
		}},
		InitialFetchTimeout: durationpb.New(0),
		ResourceApiVersion:  corev3.ApiVersion_V3,
	}}
}

// InGateway is what an Envoy of Envoy Gateway shows to Envoy Gateway itself, whose bootstrap has it in this file, or
// with a pair in f the secret of Certificate, which is then a resource of its own.
func InGateway(f Files, ca []byte) Secrets {
	if f.Cert != "" {
		return Secrets{InlineCA: ca, Certificate: &tlsv3.SdsSecretConfig{Name: certificateName, SdsConfig: &corev3.ConfigSource{
			ConfigSourceSpecifier: &corev3.ConfigSource_Ads{Ads: &corev3.AggregatedConfigSource{}},
			ResourceApiVersion:    corev3.ApiVersion_V3,
		}}}
	}
	return Secrets{InlineCA: ca, Certificate: &tlsv3.SdsSecretConfig{Name: "xds_certificate", SdsConfig: &corev3.ConfigSource{
		ConfigSourceSpecifier: &corev3.ConfigSource_PathConfigSource{PathConfigSource: &corev3.PathConfigSource{Path: "/sds/xds-certificate.json"}},
		ResourceApiVersion:    corev3.ApiVersion_V3,
	}}}
}
