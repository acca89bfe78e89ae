package snapshot

import (
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	rbacconfigv3 "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	mutationv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/header_mutation/v3"
	luav3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/lua/v3"
	rbacv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	"google.golang.org/protobuf/proto"
)

// missingPolicy names the policy that blocks: access logs have it in the response code
// details (rbac_access_denied_matched_policy[filter_missing]), and in the statistics
// http.<stat_prefix>.rbac.filter_missing.denied counts what it refused.
const missingPolicy = "filter_missing"

// refuse does in a cluster's chain what the policy does in a listener's.
const refuse = `function envoy_on_request(handle)
  handle:respond({[":status"] = "403"}, "` + missingPolicy + `")
end`

// A stopgap runs in the place of a filter that Envoy has not got: without one it answers
// every request with 500. In a listener's chain that is an RBAC filter: without rules it
// does nothing, and with a rule that matches everything it refuses everything with 403.
func stopgap(onMissing string) proto.Message {
	rbac := &rbacv3.RBAC{}
	if onMissing == "block" {
		rbac.RulesStatPrefix = missingPolicy + "."
		rbac.Rules = &rbacconfigv3.RBAC{
			Action: rbacconfigv3.RBAC_DENY,
			Policies: map[string]*rbacconfigv3.Policy{missingPolicy: {
				Permissions: []*rbacconfigv3.Permission{{Rule: &rbacconfigv3.Permission_Any{Any: true}}},
				Principals:  []*rbacconfigv3.Principal{{Identifier: &rbacconfigv3.Principal_Any{Any: true}}},
			}},
		}
	}
	return rbac
}

// upstreamStopgap is the stopgap of a cluster's chain, which RBAC can stand in from Envoy
// 1.39 on; 1.36 to 1.38 refuse the cluster.
func upstreamStopgap(onMissing string) proto.Message {
	if onMissing == "block" {
		return &luav3.Lua{DefaultSourceCode: &corev3.DataSource{
			Specifier: &corev3.DataSource_InlineString{InlineString: refuse},
		}}
	}
	return &mutationv3.HeaderMutation{}
}
