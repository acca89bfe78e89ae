package plan

import (
	"fmt"
	"strings"

	rbacv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
)

// chain is the filters of a config that run in a listener or in a cluster.
type chain []*hcmv3.HttpFilter

// newChain leaves out what is not the config's: the last filter, the router or the codec, and
// filters that only some routes switch on.
func newChain(filters []*hcmv3.HttpFilter) (c chain) {
	for _, f := range filters[:max(0, len(filters)-1)] {
		if !f.GetDisabled() {
			c = append(c, f)
		}
	}
	return c
}

// eachTry ends the name under which a filter is served to a cluster, where it sees each
// try of a request (snapshot.resourceName).
const eachTry = "/upstream"

func shortName(name string) string { return strings.TrimSuffix(name, eachTry) }

func (c chain) differs(is chain) (details []string, err error) {
	details = differ(nil, "filters", c.String(), is.String())
	if len(c) > 0 && len(is) > 0 {
		details = differ(details, "filter_config", c.delivery(), is.delivery())
	}
	if b, a := c.onMissing(), is.onMissing(); b != "" && a != "" {
		details = differ(details, "on_missing", b, a)
	}
	for _, f := range is {
		old := c.find(f.GetName())
		if old.GetTypedConfig() == nil || f.GetTypedConfig() == nil {
			continue
		}
		before, err := readPlugin(old.GetTypedConfig())
		if err != nil {
			return nil, err
		}
		after, err := readPlugin(f.GetTypedConfig())
		if err != nil {
			return nil, err
		}
		for _, d := range before.differs(after) {
			details = append(details, fmt.Sprintf("filter %s: %s", f.GetName(), d))
		}
	}
	return details, nil
}

// find returns nil if there is no such filter.
func (c chain) find(name string) *hcmv3.HttpFilter {
	for _, f := range c {
		if f.GetName() == name {
			return f
		}
	}
	return nil
}

func (c chain) String() string {
	var all []string
	for _, f := range c {
		all = append(all, shortName(f.GetName()))
	}
	return none(strings.Join(all, ", "))
}

func (c chain) delivery() string {
	if c[0].GetConfigDiscovery() != nil {
		return "ecds"
	}
	return "inline"
}

// onMissing is what the config's on_missing says, or "" where no filter can be missing.
func (c chain) onMissing() string {
	var stopgap rbacv3.RBAC
	if len(c) == 0 || c[0].GetConfigDiscovery().GetDefaultConfig().UnmarshalTo(&stopgap) != nil {
		return ""
	}
	if stopgap.GetRules() != nil {
		return "block"
	}
	return "pass"
}
