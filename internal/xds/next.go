package xds

import (
	"maps"
	"slices"
	"time"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

const (
	// answerTime is how long an Envoy may take to answer. After it the status says so, and nothing
	// waits any longer for a filter that the Envoy has not answered.
	answerTime = 5 * time.Second
	// resolveTime is how long the clusters of a response may take. Where DNS is silent about one
	// name and answers quickly for others, Envoy gives that name up after about 3 s (c-ares in
	// 1.40) and acknowledges a cluster without endpoints: it must have been taken back by then.
	// A name that is only slow is in the resolver's cache when the cluster is tried again.
	resolveTime = 2 * time.Second
	// fetchTime is how long a cluster warms for want of a filter in its chain: Envoy's own limit.
	fetchTime = 15 * time.Second
	// maxPatience is as much as that for one that is tried alone: Envoy's own limit is a minute.
	maxPatience = 45 * time.Second
	// What was refused is tried again after retryTime, then after twice that, and so on.
	retryTime, maxRetryTime = 2 * time.Second, time.Minute
	// maxUnanswered is how many responses of clusters may be unanswered whose time is not over:
	// Envoy answers them once all clusters are warm, and one that takes the cold one away must
	// not wait for that.
	maxUnanswered = 4
)

// next returns the response to send to the client now, or nil for none. It changes no state.
func (v view) next() *outgoing {
	for _, typeURL := range served {
		if sub := v.subs[typeURL]; sub != nil {
			if out := v.response(sub); out != nil {
				return out
			}
		}
	}
	return nil
}

func (v view) response(sub *subscription) *outgoing {
	switch {
	case sub.blank && sub.typeURL == resourcev3.ClusterType && v.typeURL == "":
		// Envoy's start waits until the clusters of its first response are warm, however long
		// that takes, and asks for nothing else. Those of the second it takes one by one.
		return v.outgoing(sub, nil, nil)
	case sub.typeURL == resourcev3.ClusterType && (sub.timely() >= maxUnanswered || len(sub.sent) >= 4*maxUnanswered),
		sub.typeURL != resourcev3.ClusterType && len(sub.sent) > 0 && (!v.delta || awaitsAnswer(sub.typeURL)):
		return nil
	case v.rests(sub):
		return nil
	}
	return v.changes(sub)
}

// changes returns the response that takes the client to its target, or nil where it is there.
func (v view) changes(sub *subscription) *outgoing {
	wants, holds := v.target(sub)
	var puts, alone []put
	for _, name := range slices.Sorted(maps.Keys(wants)) {
		p, ok := v.put(sub, wants[name])
		switch {
		case !ok:
		case p.alone:
			alone = append(alone, p)
		default:
			puts = append(puts, p)
		}
	}
	drops := v.drops(sub, wants, holds)
	more := time.Duration(0)
	if len(puts) == 0 && len(alone) > 0 && len(sub.sent) == 0 {
		puts = alone[:1]
		// A changed cluster is given no more: once Envoy gives its new name up, it is empty.
		if e := sub.entries[puts[0].offer.resource.ref.Name]; len(alone) == 1 && e.refusal.silent && !e.refusal.batch && e.held == nil {
			more = patience(e.refusal.tries)
		}
	}
	if len(puts) > 1 && !awaitsAnswer(sub.typeURL) {
		puts = puts[:1] // a NACK is then about this one, and Envoy takes the others
	}
	if len(puts)+len(drops) == 0 && !(sub.blank && len(wants)+len(holds) == 0) {
		return nil
	}
	out := v.outgoing(sub, puts, drops)
	out.patience = more
	return out
}

// rests says whether there is nothing to send: the client holds what is served, or owes an
// answer about it. This is so for most types after most events. changes would find the same,
// with more work.
func (v view) rests(sub *subscription) bool {
	if sub.blank || len(sub.again) > 0 {
		return false
	}
	n := 0
	for _, r := range v.snapshot.sorted[sub.typeURL] {
		if !sub.covers(r.ref.Name) {
			continue
		}
		n++
		switch e := sub.entries[r.ref.Name]; {
		case e == nil:
			return false
		case e.state == held:
			if w := v.wanted(sub, r); e.held.version != r.version || w != r && w != nil {
				return false
			}
		case !e.answers() || awaitsAnswer(sub.typeURL): // these may need a trial meanwhile
			return false
		}
	}
	return n == len(sub.entries) || !sub.names.IsWildcard()
}

// target returns the resources of a type that the client should have, by name. For the names in
// holds these are the ones that it has.
func (v view) target(sub *subscription) (wants map[string]*resource, holds map[string]bool) {
	wants, holds = map[string]*resource{}, map[string]bool{}
	for _, r := range v.snapshot.sorted[sub.typeURL] {
		if !sub.covers(r.ref.Name) {
			continue
		}
		for _, trial := range v.trials(sub, r) {
			wants[trial.ref.Name] = trial
		}
		if w := v.wanted(sub, r); w != nil {
			wants[r.ref.Name] = w
		} else {
			holds[r.ref.Name] = true
		}
	}
	return wants, holds
}

// drops returns the names of the resources that the client has and should not have, where it
// subscribes to all resources of the type.
//
// A resource that is subscribed to by name (a filter's config, a route) is not removed. Envoy
// answers 500 as soon as a filter's config is taken away, also on connections of a listener that
// is draining, and it unsubscribes by itself once nothing refers to the resource.
func (v view) drops(sub *subscription, wants map[string]*resource, holds map[string]bool) (names []string) {
	if !sub.names.IsWildcard() {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(sub.entries)) {
		e := sub.entries[name]
		switch {
		case holds[name], e.state == dropping, e.held == nil && e.state != sent && e.state != nacked:
		case v.lingers(Ref{sub.typeURL, name}, e):
		case e.stays() && !v.due(Ref{sub.typeURL, name}, e):
		case wants[name] == nil && v.called(Ref{sub.typeURL, name}):
		case wants[name] == nil && (sub.typeURL != resourcev3.ClusterType || e.trial || v.rerouted(sub)):
			names = append(names, name)
		case wants[name] != nil && e.state == nacked && e.refusal.silent && e.held == nil:
			names = append(names, name)
		}
	}
	return names
}
