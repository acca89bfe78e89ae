package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	mutationrulesv3 "github.com/envoyproxy/go-control-plane/envoy/config/common/mutation_rules/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	mutationv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/header_mutation/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
)

// native is what a filter without a module says, as it is after hideTexts: values by the paths
// of their fields.
type native map[string]string

func readNative(packed *anypb.Any) (native, error) {
	m, err := packed.UnmarshalNew()
	if err != nil {
		return nil, err
	}
	n := native{}
	n.read(m.ProtoReflect(), "")
	return n, nil
}

func (n native) read(m protoreflect.Message, path string) {
	if packed, is := m.Interface().(*anypb.Any); is {
		n[strings.TrimPrefix(path+".@type", ".")] = packed.GetTypeUrl()
		if inner, err := packed.UnmarshalNew(); err == nil {
			n.read(inner.ProtoReflect(), path)
		}
		return
	}
	if h, is := m.Interface().(*mutationv3.HeaderMutation); is {
		n.mutations("request", h.GetMutations().GetRequestMutations())
		n.mutations("response", h.GetMutations().GetResponseMutations())
		return
	}
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		here := strings.TrimPrefix(path+"."+string(fd.Name()), ".")
		switch {
		case fd.IsMap():
			v.Map().Range(func(k protoreflect.MapKey, e protoreflect.Value) bool {
				n.value(fd.MapValue(), e, here+"."+k.String())
				return true
			})
		case fd.IsList():
			for i := range v.List().Len() {
				n.value(fd, v.List().Get(i), fmt.Sprintf("%s[%d]", here, i))
			}
		default:
			n.value(fd, v, here)
		}
		return true
	})
}

// ways are what the config calls the ways to change a header.
var ways = map[corev3.HeaderValueOption_HeaderAppendAction]string{
	corev3.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD: "set",
	corev3.HeaderValueOption_APPEND_IF_EXISTS_OR_ADD:    "append",
	corev3.HeaderValueOption_ADD_IF_ABSENT:              "default",
	corev3.HeaderValueOption_OVERWRITE_IF_EXISTS:        "overwrite",
}

// mutations reads changes of headers in the words of mutate.
func (n native) mutations(message string, all []*mutationrulesv3.HeaderMutation) {
	for _, m := range all {
		key := message + ".remove " + m.GetRemove()
		if a := m.GetAppend(); a != nil {
			key = message + "." + ways[a.GetAppendAction()] + " " + a.GetHeader().GetKey()
		}
		for _, more := n[key]; more; _, more = n[key] {
			key += ", one more" // line of the same header
		}
		n[key] = m.GetAppend().GetHeader().GetValue()
	}
}

func (n native) value(fd protoreflect.FieldDescriptor, v protoreflect.Value, path string) {
	switch fd.Kind() {
	case protoreflect.MessageKind:
		n[path] = "given" // a message without fields says something too
		n.read(v.Message(), path)
	case protoreflect.EnumKind:
		n[path] = string(fd.Enum().Values().ByNumber(v.Enum()).Name())
	default:
		n[path] = fmt.Sprint(v.Interface())
	}
}

// nativeKind is what the config calls a filter of that type, as far as it can be told.
func nativeKind(typeURL string) string {
	if typeURL == filterTypes+"header_mutation.v3.HeaderMutation" {
		return "mutate"
	}
	return "typed_config " + typeURL[strings.LastIndexByte(typeURL, '.')+1:]
}

// maxFields bounds the fields that are told of one filter.
const maxFields = 20

// givesWay says that a filter becomes one of another kind.
func (was plugin) givesWay(is plugin) string {
	gives, to := "gives", is.kind
	if was.kind == headerRules {
		gives = "give"
	}
	if to == "module" {
		to = "a module"
	}
	return fmt.Sprintf("its %s %s way to %s", was.kind, gives, to)
}

func merged(a, b native) native {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func (n native) differs(is native) (details []string) {
	said := "\n" // what is below it goes without saying
	for _, path := range slices.Sorted(maps.Keys(merged(n, is))) {
		if strings.HasPrefix(path, said+".") || strings.HasPrefix(path, said+"[") {
			continue
		}
		before, hadIt := n[path]
		after, hasIt := is[path]
		switch {
		case before == after && hadIt == hasIt:
		case !hadIt:
			said, details = path, append(details, path+": added")
		case !hasIt:
			said, details = path, append(details, path+": removed")
		case strings.HasPrefix(after, "sha256:"):
			details = append(details, sizes(path, before, after))
		default:
			details = differ(details, path, before, after)
		}
	}
	if more := len(details) - maxFields; more > 0 {
		details = append(details[:maxFields], fmt.Sprintf("and %s more", count(more, "field", "s")))
	}
	return details
}
