package snapshot

import (
	"fmt"

	rbacconfigv3 "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	rbacv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

// missingPolicy names the policy that blocks: access logs have it in the response code
// details (rbac_access_denied_matched_policy[filter_missing]), and in the statistics
// http.<stat_prefix>.rbac.filter_missing.denied counts what it refused.
const missingPolicy = "filter_missing"

// stopgap is what runs in the place of a filter that Envoy has not got. Without one Envoy
// answers every request with 500. It is an RBAC filter, which each Envoy has: without rules
// it does nothing, and with a rule that matches everything it refuses everything with 403.
func stopgap(onMissing string) (*anypb.Any, error) {
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
	packed, err := anypb.New(rbac)
	if err != nil {
		return nil, fmt.Errorf("on_missing: %w", err)
	}
	return packed, nil
}
