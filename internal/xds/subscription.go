package xds

import (
	"fmt"
	"maps"
	"time"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

// answerTime is how long an Envoy may take to answer before the status says so.
const answerTime = 5 * time.Second

// subscription is what one stream asks for of one type, has been sent and has answered.
type subscription struct {
	wildcard bool
	names    map[string]struct{}

	nonce    string // of the response sent last
	sent     string // its version
	sentAt   time.Time
	pending  map[string]string // versions it has once it accepts that response, by name
	awaiting bool              // an answer to it

	acked string            // version accepted last, or held since before it connected
	has   map[string]string // versions it has, by name

	refused  string   // version refused last
	words    string   // Envoy's reason
	rejected rejected // what it refused and was not sent in another version since
	doubtful bool     // it has acknowledged what it refused before
}

// wanted returns the versions in s that the subscription covers, by name.
func (sub *subscription) wanted(s *Snapshot, typeURL string) map[string]string {
	if sub.wildcard {
		return s.versions(typeURL, nil)
	}
	return s.versions(typeURL, sub.names)
}

// behind says whether an Envoy that ran something lacks some of s or, if exact, has more.
func (sub *subscription) behind(s *Snapshot, typeURL string, exact bool) bool {
	return sub.acked != "" && !covers(sub.has, sub.wanted(s, typeURL), exact && sub.wildcard)
}

// drops says whether an Envoy has clusters that are not in s.
func (sub *subscription) drops(s *Snapshot) bool {
	for name := range sub.has {
		if s.byType[resourcev3.ClusterType][name] == nil {
			return true
		}
	}
	return false
}

// subscribe follows a subscription as the xDS protocol defines it for both variants. A
// first request without names, for listeners or clusters, means all of them.
func (sub *subscription) subscribe(req request, first bool) {
	if len(req.subscribe) == 0 && (first || req.replaces) && awaitsAnswer(req.typeURL) {
		sub.wildcard = true
		return
	}
	if req.replaces {
		sub.wildcard = false
		clear(sub.names)
	}
	for _, name := range req.subscribe {
		sub.wildcard = sub.wildcard || name == "*"
		sub.names[name] = struct{}{}
	}
	for _, name := range req.unsubscribe {
		sub.wildcard = sub.wildcard && name != "*"
		delete(sub.names, name)
	}
}

func (sub *subscription) sending(nonce, version string, now time.Time, pending map[string]string) {
	sub.nonce, sub.sent, sub.sentAt, sub.pending, sub.awaiting = nonce, version, now, pending, true
}

// verdict is what an answer was worth.
type verdict int

const (
	nothingNew verdict = iota
	accepted
	refusedFirst // and not a repetition
)

// answer takes an Envoy's ACK (nack is nil) or NACK of the response sent last.
//
// An ACK proves that the version runs, unless this Envoy refused the same version, or one of
// the resources in it, before: Envoy 1.40 acknowledges a repeated resource without applying
// it, and a response without the refused one says nothing about that.
func (sub *subscription) answer(nonce string, nack *string) verdict {
	if nonce == "" || nonce != sub.nonce || !sub.awaiting {
		return nothingNew
	}
	sub.awaiting = false
	switch {
	case nack != nil:
		again := sub.refused == sub.sent
		sub.refused, sub.words, sub.doubtful = sub.sent, *nack, false
		sub.rejected = sub.rejected.with(sub.has, sub.pending, *nack)
		if again {
			return nothingNew
		}
		return refusedFirst
	case sub.refused == sub.sent:
		sub.doubtful = true
		return nothingNew
	}
	sub.rejected = sub.rejected.still(sub.pending)
	if len(sub.rejected) > 0 {
		sub.has = sub.rejected.without(sub.has, sub.pending)
		return nothingNew
	}
	sub.acked, sub.has = sub.sent, sub.pending
	return accepted
}

// status compares the subscription with what s serves.
func (sub *subscription) status(s *Snapshot, typeURL string, now time.Time) Resource {
	wanted := sub.wanted(s, typeURL)
	served := hashVersions(wanted)
	r := Resource{TypeURL: typeURL, Served: served, Sent: sub.sent, Acked: sub.acked,
		Refused: sub.refused == served || len(sub.rejected.still(wanted)) > 0}
	if covers(sub.pending, wanted, sub.wildcard) {
		r.Sent = served
	}
	if covers(sub.has, wanted, sub.wildcard) {
		r.Acked = served
	}
	switch {
	case r.Refused && sub.doubtful:
		r.fail("%s (acknowledged when sent again, which proves nothing)", sub.words)
	case r.Refused:
		r.fail("%s", sub.words)
	case sub.awaiting && now.Sub(sub.sentAt) >= answerTime:
		r.fail("sent %s ago and not answered", now.Sub(sub.sentAt).Truncate(time.Second))
	case len(wanted) == 0:
		r.fail("it asks for %q, and nothing of that name is served", nameList(sub.names))
	}
	return r
}

func (r *Resource) fail(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.Error = &text
}

// covers says whether has contains all of wanted, and where exact nothing else.
func covers(has, wanted map[string]string, exact bool) bool {
	for name, version := range wanted {
		if has[name] != version {
			return false
		}
	}
	return len(wanted) > 0 && (!exact || len(has) == len(wanted))
}

// after returns what a client that has has holds once it takes the response.
func after(has map[string]string, resp *discoveryv3.DeltaDiscoveryResponse) map[string]string {
	next := maps.Clone(has)
	if next == nil {
		next = map[string]string{}
	}
	for _, r := range resp.GetResources() {
		next[r.GetName()] = r.GetVersion()
	}
	for _, name := range resp.GetRemovedResources() {
		delete(next, name)
	}
	return next
}
