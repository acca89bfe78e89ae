package typed

import "strings"

// prefix begins the types of HTTP filters.
const prefix = "envoy.extensions.filters.http."

// filters are the types that Envoy 1.40 has for HTTP filters in a listener, without prefix: what
// it says of itself (node.extensions, category envoy.filters.http) without the settings of
// routes. Older Envoys have fewer and refuse the filter.
var filters = strings.Fields(`
a2a.v3.A2a
adaptive_concurrency.v3.AdaptiveConcurrency
admission_control.v3.AdmissionControl
ai_protocol_manager.v3.AiProtocolManager
alternate_protocols_cache.v3.FilterConfig
api_key_auth.v3.ApiKeyAuth
aws_eventstream_parser.v3.AwsEventstreamParser
aws_lambda.v3.Config
aws_request_signing.v3.AwsRequestSigning
bandwidth_limit.v3.BandwidthLimit
bandwidth_share.v3.BandwidthShare
basic_auth.v3.BasicAuth
body_size_limit.v3.BodySizeLimit
buffer.v3.Buffer
cache.v3.CacheConfig
cache_v2.v3.CacheV2Config
cdn_loop.v3.CdnLoopConfig
composite.v3.Composite
compressor.v3.Compressor
connect_grpc_bridge.v3.FilterConfig
cors.v3.Cors
credential_injector.v3.CredentialInjector
csrf.v3.CsrfPolicy
custom_response.v3.CustomResponse
decompressor.v3.Decompressor
dynamic_forward_proxy.v3.FilterConfig
dynamic_modules.v3.DynamicModuleFilter
ext_authz.v3.ExtAuthz
ext_proc.v3.ExternalProcessor
fault.v3.HTTPFault
file_server.v3.FileServerConfig
file_system_buffer.v3.FileSystemBufferFilterConfig
filter_chain.v3.FilterChainConfig
gcp_authn.v3.GcpAuthnFilterConfig
geoip.v3.Geoip
grpc_field_extraction.v3.GrpcFieldExtractionConfig
grpc_http1_bridge.v3.Config
grpc_http1_reverse_bridge.v3.FilterConfig
grpc_json_reverse_transcoder.v3.GrpcJsonReverseTranscoder
grpc_json_transcoder.v3.GrpcJsonTranscoder
grpc_stats.v3.FilterConfig
grpc_web.v3.GrpcWeb
header_mutation.v3.HeaderMutation
header_to_metadata.v3.Config
health_check.v3.HealthCheck
ip_tagging.v3.IPTagging
json_to_metadata.v3.JsonToMetadata
jwt_authn.v3.JwtAuthentication
local_ratelimit.v3.LocalRateLimit
lua.v3.Lua
mcp.v3.Mcp
mcp_json_rest_bridge.v3.McpJsonRestBridge
oauth2.v3.OAuth2
original_src.v3.OriginalSrc
proto_api_scrubber.v3.ProtoApiScrubberConfig
proto_message_extraction.v3.ProtoMessageExtractionConfig
rate_limit_quota.v3.RateLimitQuotaFilterConfig
ratelimit.v3.RateLimit
rbac.v3.RBAC
set_filter_state.v3.Config
set_metadata.v3.Config
sse_to_metadata.v3.SseToMetadata
stateful_session.v3.StatefulSession
tap.v3.Tap
thrift_to_metadata.v3.ThriftToMetadata
transform.v3.TransformConfig
`)

// elsewhere are types that are no filter of a config's, and what is in their place.
var elsewhere = map[string]string{
	"envoy.extensions.filters.http.router.v3.Router":                          "is what every chain ends with; it is there already",
	"envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec":           "is what every chain ends with; it is there already",
	"envoy.extensions.filters.http.wasm.v3.Wasm":                              "is what module is for: the server sends its code with it, and starts it first",
	"envoy.extensions.common.matching.v3.ExtensionWithMatcher":                "is what match is for, beside typed_config",
	"envoy.extensions.filters.http.mcp_router.v3.McpRouter":                   "takes the place of the router; a filter has others after it",
	"envoy.extensions.filters.http.on_demand.v3.OnDemand":                     "asks for routes and clusters by names that the server has not got",
	"envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute": "is for routes",
}
