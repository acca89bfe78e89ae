package redact

import "strings"

// ordinary are words of Envoy's and of everybody's, which may stand in a config as well: to hide
// them would hide what is wrong.
var ordinary = strings.Fields(`
about accept access access_token allow already application application/json argument attempt authority authorization
authentication bearer because block body boolean bytes callback certificate chain character closed cluster clusters code
config configuration connection content content-length content-type cookie default delay deny dns domain duration
duplicate empty endpoint envoy envoy_on_request envoy_on_response error errors exact expected extension failed failure
false field file filter filters format forward found function gateway global grpc header headers host hostname http
http:// https https:// info inline inline_string inline_code integer invalid issuer json length level limit listener
local localhost log logging malformed match matcher message metadata method missing mode module must name near nil none
null number object open option options parse pass passthrough path pattern plugin policy port prefix property proto
protocol provider providers proxy query random rate ratelimit read reject request request_handle requests required reset
response response_handle responses retry return route router rule rules runtime safe_regex schema scheme script secret
secrets seconds self send server service session set simple source source_code stats stat_prefix status stream string
strict suffix table text time timeout token trace traffic true type type.googleapis.com type_url unexpected unknown update
upstream upstreams user username value values version virtual wasm warning when with within without write
envoy.filters.http envoy.extensions envoy.extensions.filters.http
handle handle:headers headers():add headers():replace request_handle:headers response_handle:headers
`)
