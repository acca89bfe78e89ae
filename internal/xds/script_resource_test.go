package xds

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

var content = regexp.MustCompile(`^([^=]+)=([^(]*)(?:\((.*)\))?$`)

// serve makes a snapshot of a script's resources: types in the order of the line, each with
// name=content(needs). A route and a filter of ecds need clusters, others need filters; what an Envoy
// lacks of them is left out. name=content~f>u(needs) names f as well while a cluster is to name u and
// does not. wasm is a filter that can vary, and with ! has a trial listener.
func (x *script) serve(line string) {
	var resources []Resource
	for of := range strings.SplitSeq(line, "|") {
		words := strings.Fields(of)
		if len(words) == 0 {
			continue
		}
		trial := words[len(words)-1] == "!"
		for _, word := range words[1:] {
			if word != "!" {
				resources = append(resources, scripted(words[0], word, trial))
			}
		}
	}
	s, err := NewSnapshot(resources)
	must(x.t, err)
	for _, in := range resources {
		r, err := pack(in)
		must(x.t, err)
		x.made[r.ref.TypeURL+" "+r.ref.Name+"="+contentOf(in.Message)] = s.get(r.ref)
	}
	x.m.set(s)
}

func scripted(kind, word string, trial bool) Resource {
	parts := content.FindStringSubmatch(word)
	name, value := parts[1], parts[2]
	value, move, moves := strings.Cut(value, "~") // f>u: it goes on to name f until the clusters name u
	old, to, _ := strings.Cut(move, ">")
	serves := moves && kind == "rds" // ~f: it stays while a cluster names f
	moves = moves && !serves
	of := ecds
	group := kind == "cds" && strings.Contains(name, ">") // a>b=1(a,b) stands for clusters, and lingers
	if kind == "rds" || kind == "ecds" || kind == "inline" || group {
		of = cds
	}
	var needs []Ref
	if parts[3] != "" {
		for need := range strings.SplitSeq(parts[3], ",") {
			needs = append(needs, Ref{of, need})
		}
	}
	build := func(has func(Ref) bool) proto.Message {
		text := value
		if len(needs) > 0 && !group {
			var had []string
			for _, need := range needs {
				if has(need) {
					had = append(had, need.Name)
				}
			}
			if len(had) == 0 && (kind == "rds" || kind == "ecds") {
				return nil
			}
			text += "(" + strings.Join(had, ",") + ")"
		}
		if moves && has(Ref{ecds, old}) {
			text += "~" + old
		}
		return scriptedMessage(kind, name, text)
	}
	r := Resource{Message: build(func(ref Ref) bool { return !moves || ref.Name != old }), Needs: needs, Fit: build}
	if group {
		r.Lingers = time.Minute
	}
	if serves {
		r.Waits = []Wait{{Old: Ref{ecds, old}, In: cds}}
	}
	if moves {
		r.Keeps, r.Waits = []Ref{{ecds, old}}, []Wait{{Old: Ref{ecds, old}, By: cds, New: Ref{ecds, to}}}
	}
	if kind == "wasm" {
		r.Vary = func(v Variation) proto.Message { return scriptedMessage(kind, name, fmt.Sprint(value, v)) }
		if trial {
			r.Trial = &listenerv3.Listener{Name: "try/" + name, StatPrefix: "t"}
		}
	}
	return r
}

func scriptedMessage(kind, name, text string) proto.Message {
	switch kind {
	case "cds":
		return &clusterv3.Cluster{Name: name, AltStatName: text}
	case "lds", "inline":
		return &listenerv3.Listener{Name: name, StatPrefix: text}
	case "rds":
		return &routev3.RouteConfiguration{Name: name, InternalOnlyHeaders: []string{text}}
	}
	return &corev3.TypedExtensionConfig{Name: name, TypedConfig: &anypb.Any{TypeUrl: text}}
}

func contentOf(m proto.Message) string {
	switch m := m.(type) {
	case *clusterv3.Cluster:
		return m.GetAltStatName()
	case *listenerv3.Listener:
		return m.GetStatPrefix()
	case *routev3.RouteConfiguration:
		return m.GetInternalOnlyHeaders()[0]
	case *corev3.TypedExtensionConfig:
		return m.GetTypedConfig().GetTypeUrl()
	}
	return ""
}

// text is a response as a script writes it.
func (x *script) text(out *outgoing) string {
	var words []string
	for _, p := range out.puts {
		m, err := p.offer.resource.base.UnmarshalNew()
		must(x.t, err)
		word := p.offer.resource.ref.Name + "=" + contentOf(m)
		if p.offer.resource.vary == nil {
			p.vary = Variation{}
		}
		if p.vary.Salt > 0 {
			word += fmt.Sprintf("*%d", p.vary.Salt-x.m.salt)
		}
		if p.vary.VM > 0 {
			word += fmt.Sprintf("#%d", p.vary.VM)
		}
		if p.restore {
			word += "^"
		}
		words = append(words, word)
	}
	for _, name := range out.drops {
		words = append(words, "-"+name)
	}
	slices.Sort(words[len(out.puts):])
	typeName := map[string]string{cds: "cds", lds: "lds", rds: "rds", ecds: "ecds"}[out.typeURL]
	return strings.Join(append([]string{typeName}, words...), " ")
}
