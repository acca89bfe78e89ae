package xds

import "container/list"

// maxRefusals bounds the memory of refusals: node IDs are the clients' to choose.
const maxRefusals = 10_000

// refusals remembers what each node refused last, by type, across its streams: an Envoy
// that reconnects is not sent again what it has refused.
type refusals struct {
	byKey map[refusalKey]*list.Element
	order *list.List // of *refusalEntry, oldest first
}

type refusalKey struct{ nodeID, typeURL string }

type refusal struct {
	version, words string
	rejected       rejected
}

type refusalEntry struct {
	key refusalKey
	refusal
}

func newRefusals() refusals {
	return refusals{byKey: map[refusalKey]*list.Element{}, order: list.New()}
}

func (r *refusals) get(nodeID, typeURL string) (refusal, bool) {
	e, ok := r.byKey[refusalKey{nodeID, typeURL}]
	if !ok {
		return refusal{}, false
	}
	return e.Value.(*refusalEntry).refusal, true
}

func (r *refusals) add(nodeID, typeURL string, what refusal) {
	key := refusalKey{nodeID, typeURL}
	if e, ok := r.byKey[key]; ok {
		r.order.Remove(e)
	} else if r.order.Len() == maxRefusals {
		oldest := r.order.Remove(r.order.Front()).(*refusalEntry)
		delete(r.byKey, oldest.key)
	}
	r.byKey[key] = r.order.PushBack(&refusalEntry{key, what})
}
