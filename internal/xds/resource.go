package xds

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"time"

	cachev3 "github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// maxFits is how many of a resource's fitted forms are kept, each for Envoys that refused the
// same.
const maxFits = 64

// Ref names a resource.
type Ref struct{ TypeURL, Name string }

// Resource is one resource of a snapshot, with what the wire has to know of it.
type Resource struct {
	Message proto.Message
	// Needs are resources that Message names and that an Envoy must have before it gets
	// Message: routes need clusters, a listener needs filters.
	Needs []Ref
	// Keeps are resources that Message does not name, and that what takes its place goes on to
	// name while one of Waits says so.
	Keeps []Ref
	// Fit returns what takes Message's place for an Envoy that can have only some of Needs and
	// is to keep some of Keeps, nil where there is nothing and the Envoy keeps what it has. It may
	// be nil itself.
	Fit func(has func(Ref) bool) proto.Message
	// Vary returns a message that means the same and that Envoy takes for another. Where it is
	// nil, Envoy looks at a repeated Message by itself; a filter's config without it is not sent
	// again to an Envoy that refused it.
	Vary func(Variation) proto.Message
	// Trial is a resource that makes an Envoy ask for this one and uses it for nothing, so
	// that an Envoy can refuse a new one before traffic depends on it. It may be nil.
	Trial proto.Message
	// Waits keep Message from an Envoy that has not got elsewhere what it would lose by it: it
	// keeps what it has, or gets what Fit makes where what it would lose is among Keeps.
	Waits []Wait
	// Lingers is how long an Envoy that takes all of a type keeps Message at least, from when it
	// got it: it counts as gone once it is not served any more.
	Lingers time.Duration
}

// Wait is for a need that moves from resources of one type to those of another, a filter from
// clusters to the listener: while an Envoy has one of the first that names Old, it keeps it
// until those of type By that are to name New do.
//
// With In it is for what serves a need of others: an Envoy keeps it while it has something of type
// In, and goes on to have that, that names Old.
type Wait struct {
	Old Ref
	By  string
	New Ref
	In  string
}

// Variation tells apart resources that mean the same.
type Variation struct {
	Salt uint32 // makes Envoy look at a resource that it refused before
	VM   uint32 // makes Envoy start another Wasm VM for it
}

// resource is a packed Resource. It never changes, but for what it remembers of its own.
type resource struct {
	ref     Ref
	version string // hash of the content
	needs   []Ref
	keeps   []Ref
	fit     func(has func(Ref) bool) proto.Message
	vary    func(Variation) proto.Message
	trial   *resource
	isTrial bool
	waits   []Wait
	lingers time.Duration
	life    uint64 // the same from when the name is served until it is taken out; see memory.begin

	mu    sync.RWMutex
	base  *anypb.Any
	wires map[Variation]wire
	fits  map[string]*resource
}

// wire is a resource as it stands in a response, encoded once for all clients: field 2 of
// DeltaDiscoveryResponse and of DiscoveryResponse.
type wire struct{ delta, full []byte }

func pack(r Resource) (*resource, error) {
	base, err := marshalAny(r.Message)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(base.GetValue())
	out := &resource{
		ref:     Ref{base.GetTypeUrl(), cachev3.GetResourceName(r.Message)},
		version: shortHash(sum[:]), needs: r.Needs, keeps: r.Keeps, fit: r.Fit, vary: r.Vary, waits: r.Waits, lingers: r.Lingers,
		base: base, wires: map[Variation]wire{}, fits: map[string]*resource{},
	}
	if r.Trial != nil {
		if out.trial, err = pack(Resource{Message: r.Trial}); err != nil {
			return nil, err
		}
		out.trial.isTrial, out.trial.needs = true, []Ref{out.ref}
	}
	return out, nil
}

func marshalAny(m proto.Message) (*anypb.Any, error) {
	packed := &anypb.Any{}
	if err := anypb.MarshalFrom(packed, m, proto.MarshalOptions{Deterministic: true}); err != nil {
		return nil, fmt.Errorf("marshal %s: %w", cachev3.GetResourceName(m), err)
	}
	return packed, nil
}

// fitted is r for an Envoy that has only some of what r needs; nil if there is no such.
func (r *resource) fitted(has func(Ref) bool) *resource {
	var had []Ref
	for _, n := range r.needs {
		if has(n) {
			had = append(had, n)
		}
	}
	whole := len(had) == len(r.needs)
	for _, n := range r.keeps {
		if has(n) {
			had, whole = append(had, n), false
		}
	}
	if whole {
		return r
	}
	if r.fit == nil {
		return nil
	}
	key := fmt.Sprint(had)
	r.mu.Lock()
	defer r.mu.Unlock()
	if f, ok := r.fits[key]; ok {
		return f
	}
	var f *resource
	if m := r.fit(func(n Ref) bool { return slices.Contains(had, n) }); m != nil {
		f, _ = pack(Resource{Message: m, Needs: had, Lingers: r.lingers}) // what r was made of could be marshalled
		f.life = r.life
	}
	if len(r.fits) >= maxFits {
		clear(r.fits)
	}
	r.fits[key] = f
	return f
}

// encoded returns r in the given variation; the bytes are shared.
func (r *resource) encoded(v Variation) wire {
	if r.vary == nil {
		v = Variation{}
	}
	r.mu.RLock()
	w, ok := r.wires[v]
	r.mu.RUnlock()
	if ok {
		return w
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if w, ok := r.wires[v]; ok {
		return w // another stream was faster
	}
	packed := r.base
	if r.vary != nil {
		if varied, err := marshalAny(r.vary(v)); err == nil {
			packed = varied
		}
	}
	var full []byte
	full = appendField(full, 1, []byte(packed.GetTypeUrl()))
	full = appendField(full, 2, packed.GetValue())
	var delta []byte // message Resource {version = 1, resource = 2, name = 3}
	delta = appendField(delta, 1, []byte(r.version))
	delta = appendField(delta, 2, full)
	delta = appendField(delta, 3, []byte(r.ref.Name))
	w = wire{delta: appendField(nil, 2, delta), full: appendField(nil, 2, full)}
	if len(r.wires) > 2 { // nobody who refused is sent the same again
		clear(r.wires)
	}
	r.wires[v] = w
	return w
}

func appendField(b []byte, number protowire.Number, value []byte) []byte {
	b = protowire.AppendTag(b, number, protowire.BytesType)
	return protowire.AppendBytes(b, value)
}
