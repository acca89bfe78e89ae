package xds

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// live says whether the client runs s: it holds exactly what is served of every type that it
// subscribes to. One that takes listeners or clusters must run every type
// that is served: the filter is not live before the listener that uses it is.
func (v view) live() bool {
	takes := false
	for _, t := range slices.Backward(v.snapshot.types) { // edits are mostly about filters, the last ones
		sub := v.subs[t]
		if sub != nil && sub.asks() {
			takes = true
			if !v.holds(sub) {
				return false
			}
		} else if v.takesAll() {
			return false
		}
	}
	return takes
}

// asks says whether the client asks for anything of the type now.
func (s *subscription) asks() bool {
	return s.names.IsWildcard() || len(s.names.SubscribedResources()) > 0
}

// takesAll says whether the client is an Envoy that takes its whole config from here.
func (v view) takesAll() bool {
	for t, sub := range v.subs {
		if awaitsAnswer(t) && sub.asks() && v.typeURL == "" {
			return true
		}
	}
	return false
}

// holds says whether the client holds what is served of a type.
func (v view) holds(sub *subscription) bool {
	n := 0
	for _, r := range v.snapshot.sorted[sub.typeURL] {
		if !sub.covers(r.ref.Name) {
			continue
		}
		n++
		if e := sub.entries[r.ref.Name]; e == nil || e.state != held || e.held.version != r.version {
			return false
		}
	}
	if !sub.names.IsWildcard() {
		return n > 0
	}
	for name, e := range sub.entries {
		if !e.empty() && !v.passing(Ref{sub.typeURL, name}, e) {
			n--
		}
	}
	return n == 0 && !sub.blank
}

// resources returns the types that the client subscribes to, compared with what is served.
func (v view) resources() (out []TypeStatus) {
	for _, t := range v.snapshot.types {
		sub := v.subs[t]
		switch {
		case sub != nil && sub.asks():
			out = append(out, v.resource(sub))
		case v.takesAll():
			out = append(out, TypeStatus{TypeURL: t, Served: v.snapshot.hashes[t]})
		}
	}
	return out
}

func (v view) resource(sub *subscription) TypeStatus {
	wanted, offered, acked := map[string]string{}, map[string]string{}, map[string]string{}
	for _, r := range v.snapshot.sorted[sub.typeURL] {
		if sub.covers(r.ref.Name) {
			wanted[r.ref.Name] = r.version
		}
	}
	for name, e := range sub.entries {
		if _, ours := wanted[name]; !ours && (!sub.names.IsWildcard() || v.passing(Ref{sub.typeURL, name}, e)) {
			continue // a filter that is gone from the config is left with whoever still uses it
		}
		if e.held != nil {
			acked[name] = e.held.version
		}
		switch {
		case e.answers() && e.offer != nil:
			offered[name] = e.offer.version
		case e.refusal != nil && !e.refusal.silent:
			offered[name] = e.refusal.version
		case e.held != nil && !e.answers():
			offered[name] = e.held.version
		}
	}
	r := TypeStatus{TypeURL: sub.typeURL, Served: v.snapshot.hash(sub.typeURL, wanted), Sent: hashOf(offered), Acked: hashOf(acked)}
	if sub.unknown && len(acked) == 0 {
		r.Sent, r.Acked = cmp.Or(r.Sent, sub.version), sub.version
	}
	v.explain(sub, &r, len(wanted) == 0)
	return r
}

func hashOf(versions map[string]string) string {
	if len(versions) == 0 {
		return ""
	}
	return hashVersions(versions)
}

// explain says why a client does not hold what is served: the refusals first, in the order
// of the names, then the silence, then what it has to wait for.
func (v view) explain(sub *subscription, r *TypeStatus, nothing bool) {
	var words, silent []string
	told := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(sub.entries)) {
		e := sub.entries[name]
		want := v.snapshot.get(Ref{sub.typeURL, name})
		switch {
		case e.refusal == nil || want == nil && !e.trial && !e.stays() || want != nil && e.refusal.version != want.version:
		case e.refusal.silent:
			silent = append(silent, fmt.Sprintf("%s still resolves, for %s: %s",
				spoken(Ref{sub.typeURL, name}), v.now.Sub(e.refusal.since).Truncate(time.Second), e.refusal.words))
			r.Names = append(r.Names, name)
		case v.settled(Ref{sub.typeURL, name}, e):
			if !told[e.refusal.words] {
				told[e.refusal.words] = true
				words = append(words, e.refusal.words)
			}
			r.Names = append(r.Names, name)
		}
	}
	for _, name := range v.resolving(sub) {
		silent = append(silent, spoken(Ref{sub.typeURL, name})+" still resolves")
	}
	lacks := v.lacks(sub)
	switch {
	case len(words) > 0:
		r.Refused = true
		r.fail("%s", cut(strings.Join(words, "; ")))
	case len(silent) > 0:
		r.fail("%s", cut(strings.Join(silent, "; ")))
	case len(sub.sent) > 0 && v.now.Sub(sub.sent[0].at) >= answerTime:
		r.fail("sent %s ago and not answered", v.now.Sub(sub.sent[0].at).Truncate(time.Second))
	case len(lacks) > 0:
		r.fail("%s", strings.Join(lacks, "; "))
	case nothing && !sub.names.IsWildcard():
		r.fail("it asks for %q, and nothing of that name is served", nameList(sub.names.SubscribedResources()))
	}
}

// settled says whether a NACK stands for now. It does not while the same resource is sent once
// more at once: alone, in another VM, or because a person asked for it.
func (v view) settled(ref Ref, e *entry) bool {
	asked := e.refusal.asked && (e.answers() || v.due(ref, e))
	return !e.refusal.batch && !v.atOnce(ref, e) && !asked
}

func (r *TypeStatus) fail(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.Error = &text
}
