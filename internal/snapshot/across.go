package snapshot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	aggregatev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/aggregate/v3"
	prioritiesv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/retry/priority/previous_priorities/v3"

	"github.com/livefilter/livefilter/internal/config"
)

// Where a filter with balance has retry, a request goes to a cluster that stands for several: the
// upstream that was chosen, and those that its next tries go to. Each try goes to one of them as
// it goes there alone: its connections, TLS, HTTP version and Host are that upstream's own
// (Envoy 1.36 to 1.40). One without an address is passed over.
//
// Envoy crashes where such a cluster is replaced, or goes, before every worker has seen it, and at
// its start that takes until they run (1.36 to 1.40, envoyproxy/envoy#47480). So its name says what
// it stands for, that nothing ever replaces it; it comes once Envoy has the others, and lingers.

// mostTries is how many tries a request may have, so that no more upstreams are of use to it.
const mostTries = 10

// groupLingers is longer than Envoy's start takes once it has the upstreams: it waits for filters
// for filterFetchTimeout.
const groupLingers = time.Minute

// across returns the filter that chooses among upstreams and sends requests again to another, or
// nil.
func across(c *config.Config) *config.Filter {
	return find(c.Filters, config.Filter.Across)
}

// group are the upstreams that tries of a request go to, one after the other, where one was chosen:
// that, and the next ones in the list. In its order the load of any that fails would go to the
// first. It is nil where requests go on to no other.
func group(c *config.Config, chosen string) []string {
	f := across(c)
	if f == nil || len(f.Balance.Upstreams) == 1 {
		return nil
	}
	names := f.Balance.Upstreams
	i := slices.Index(names, chosen)
	names = append(names[i:len(names):len(names)], names[:i]...)
	return names[:min(len(names), mostTries)]
}

// groupName is the cluster that stands for them. No upstream can be called so.
func groupName(upstreams []string) string { return strings.Join(upstreams, ">") }

// groups are the clusters that stand for others, one for each upstream that may be chosen.
func groups(c *config.Config) (all []*clusterv3.Cluster, err error) {
	f := across(c)
	if f == nil || group(c, f.Balance.Upstreams[0]) == nil {
		return nil, nil
	}
	for _, upstream := range f.Balance.Upstreams {
		order := group(c, upstream)
		name := groupName(order)
		packed, err := pack(&aggregatev3.ClusterConfig{Clusters: order})
		if err != nil {
			return nil, fmt.Errorf("cluster %s: %w", name, err)
		}
		all = append(all, &clusterv3.Cluster{
			Name: name,
			ClusterDiscoveryType: &clusterv3.Cluster_ClusterType{ClusterType: &clusterv3.Cluster_CustomClusterType{
				Name: "envoy.clusters.aggregate", TypedConfig: packed,
			}},
			LbPolicy:        clusterv3.Cluster_CLUSTER_PROVIDED,
			CircuitBreakers: unlimited(),
		})
	}
	return all, nil
}

// cluster is the one that requests to d go to: the upstream's, or one that stands for it and others.
func (d destination) cluster() string {
	if d.group != nil {
		return groupName(d.group)
	}
	return d.upstream.Name
}

// retrying is the rule by which requests to d are sent again: one of a filter with balance is for
// those for which that chose.
func (d destination) retrying(c *config.Config) *config.Retry {
	f := across(c)
	switch {
	case f == nil:
		return retrying(c.Filters)
	case d.balanced:
		return f.Retry
	}
	return nil
}

// nextUpstream sends each try to an upstream that the request has not come to.
func nextUpstream(policy *routev3.RetryPolicy) error {
	packed, err := pack(&prioritiesv3.PreviousPrioritiesConfig{UpdateFrequency: 1})
	policy.RetryPriority = &routev3.RetryPolicy_RetryPriority{
		Name:       "envoy.retry_priorities.previous_priorities",
		ConfigType: &routev3.RetryPolicy_RetryPriority_TypedConfig{TypedConfig: packed},
	}
	return err
}
