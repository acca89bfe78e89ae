package xds

import (
	"fmt"
	"strings"

	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
)

// lacks says of the resources of a type that the client cannot have yet, or not as they are
// served, what they wait for or go without.
func (v view) lacks(sub *subscription) (texts []string) {
	for _, r := range v.snapshot.sorted[sub.typeURL] {
		if e := sub.entries[r.ref.Name]; !sub.covers(r.ref.Name) || e != nil && e.held != nil && e.held.version == r.version {
			continue
		}
		w := v.wanted(sub, r)
		if w == r {
			continue
		}
		if stays := v.stays(sub, r); len(stays) > 0 {
			var names []string
			for _, old := range stays {
				names = append(names, spoken(old))
			}
			texts = append(texts, fmt.Sprintf("%s keeps %s until it is where it moves to", r.ref.Name, strings.Join(names, " and ")))
			continue
		}
		var waits, without []string
		for _, need := range r.needs {
			switch v.gets(sub, r, need) {
			case pending:
				waits = append(waits, spoken(need))
			case cannot:
				if w == nil || !v.named(sub, r, need) {
					without = append(without, spoken(need)+v.because(need))
				}
			}
		}
		text := fmt.Sprintf("%s goes without %s", r.ref.Name, strings.Join(without, ", and without "))
		switch {
		case len(waits) > 0:
			text = fmt.Sprintf("%s waits for %s", r.ref.Name, strings.Join(waits, " and "))
		case w == nil:
			text = fmt.Sprintf("%s stays as it was, for want of %s", r.ref.Name, strings.Join(without, ", and of "))
		}
		texts = append(texts, text)
	}
	return texts
}

// because says why the client does not have what something else needs.
func (v view) because(need Ref) string {
	if sub := v.subs[need.TypeURL]; sub != nil {
		if e := sub.entries[need.Name]; e != nil && e.refusal != nil && !e.refusal.silent {
			return ", which this Envoy refused"
		}
	}
	return ", for which it has no answer"
}

// spoken returns the words that a person has for a resource.
func spoken(ref Ref) string {
	noun := strings.ToLower(ShortType(ref.TypeURL))
	switch ref.TypeURL {
	case resourcev3.ExtensionConfigType:
		noun = "filter"
	case resourcev3.ClusterType:
		noun = "upstream"
	}
	return noun + " " + ref.Name
}
