package plan

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	matchingv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/common/matching/v3"
	wasmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/livefilter/livefilter/internal/snapshot"
)

// hider replaces what must not be shown by digests, with a key or without one.
type hider struct{ key []byte }

// digest stands for a content that is not shown.
func (h hider) digest(content []byte) string {
	return fmt.Sprintf("%s, %d bytes", h.sum(content), len(content))
}

func (h hider) sum(content []byte) string {
	if len(h.key) == 0 {
		return fmt.Sprintf("sha256:%x", sha256.Sum256(content))
	}
	mac := hmac.New(sha256.New, h.key)
	_, _ = mac.Write(content)
	return fmt.Sprintf("hmac-sha256:%x", mac.Sum(nil))
}

// hide replaces what Resources must not hold by digests, in m and in all below it.
func (h hider) hide(m protoreflect.Message) error {
	switch msg := m.Interface().(type) {
	case *corev3.DataSource:
		switch s := msg.GetSpecifier().(type) {
		case *corev3.DataSource_InlineBytes:
			msg.Specifier = &corev3.DataSource_InlineString{InlineString: h.digest(s.InlineBytes)}
		case *corev3.DataSource_InlineString:
			s.InlineString = h.digest([]byte(s.InlineString))
		}
		return nil
	case *wasmv3.PluginConfig:
		for name, value := range msg.GetVmConfig().GetEnvironmentVariables().GetKeyValues() {
			msg.GetVmConfig().EnvironmentVariables.KeyValues[name] = h.digest([]byte(value))
		}
		if vm := msg.GetVmConfig(); vm.GetEnvironmentVariables() != nil {
			vm.Configuration = nil // it stands for these
		}
		if err := h.hideConfiguration(msg); err != nil {
			return err
		}
	case *matchingv3.ExtensionWithMatcher:
		if err := h.hideMatch(msg); err != nil {
			return err
		}
	case *anypb.Any:
		if ofUser(msg) {
			return h.hideTexts(m)
		}
		return within(msg, h.hide)
	}
	return h.hideFields(m)
}

// within has change do its work on what is packed.
func within(packed *anypb.Any, change func(protoreflect.Message) error) error {
	inner, err := packed.UnmarshalNew()
	if err != nil {
		return err
	}
	if err := change(inner.ProtoReflect()); err != nil {
		return err
	}
	return anypb.MarshalFrom(packed, inner, proto.MarshalOptions{Deterministic: true})
}

func (h hider) hideFields(m protoreflect.Message) (err error) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case fd.IsMap() && fd.MapValue().Message() != nil:
			v.Map().Range(func(_ protoreflect.MapKey, e protoreflect.Value) bool {
				err = h.hide(e.Message())
				return err == nil
			})
		case fd.IsList() && fd.Message() != nil:
			for i := 0; err == nil && i < v.List().Len(); i++ {
				err = h.hide(v.List().Get(i).Message())
			}
		case !fd.IsMap() && !fd.IsList() && fd.Message() != nil:
			err = h.hide(v.Message())
		}
		return err == nil
	})
	return err
}

// hideConfiguration: that of header rules has no secret but the values, of another module's
// nothing is known.
func (h hider) hideConfiguration(p *wasmv3.PluginConfig) error {
	if p.GetConfiguration() == nil {
		return nil
	}
	shown := h.digest(p.GetConfiguration().GetValue())
	var text wrapperspb.StringValue
	if p.GetConfiguration().UnmarshalTo(&text) == nil {
		shown = h.digest([]byte(text.GetValue()))
		if rules, ok := h.hideValues(text.GetValue()); ok && p.GetVmConfig().GetVmId() == snapshot.HeadersVM {
			shown = rules
		}
	}
	var err error
	p.Configuration, err = anypb.New(wrapperspb.String(shown))
	return err
}

// rules is the configuration of header rules without the values.
type rules struct {
	Name           string   `json:"name"`
	Headers        []rule   `json:"headers"`
	ResponseHeader *string  `json:"response_header,omitempty"`
	RetryOn        []string `json:"retry_on,omitempty"`
	RetryGRPC      []string `json:"retry_grpc,omitempty"`
	Digest         string   `json:"digest"` // of the whole configuration
}

type rule struct {
	Name   string          `json:"name,omitempty"`
	Names  []string        `json:"names,omitempty"` // of headers whose values belong together
	Values values          `json:"values"`
	Pick   json.RawMessage `json:"pick,omitempty"`
	Limit  string          `json:"limit,omitempty"`
	Evict  json.RawMessage `json:"evict,omitempty"`
	AllOut string          `json:"when_all_out,omitempty"`
}

// values stands for the list of values.
type values struct {
	Count  int    `json:"count"`
	Digest string `json:"digest"`

	list string // in JSON, until it has a digest
}

// UnmarshalJSON reads what stands for values, or a list of them.
func (v *values) UnmarshalJSON(data []byte) error {
	type shown values
	var list []json.RawMessage
	if json.Unmarshal(data, &list) != nil {
		return json.Unmarshal(data, (*shown)(v))
	}
	*v = values{Count: len(list), list: string(data)}
	return nil
}

// hideValues returns the configuration of header rules without the values, and whether it
// is one.
func (h hider) hideValues(configuration string) (string, bool) {
	var r rules
	if json.Unmarshal([]byte(configuration), &r) != nil {
		return "", false
	}
	for i := range r.Headers {
		rule := &r.Headers[i]
		rule.Values = values{Count: rule.Values.Count, Digest: h.sum([]byte(rule.Values.list))}
		rule.Evict = h.hideEvict(rule.Evict)
	}
	r.Digest = h.digest([]byte(configuration))
	shown, err := json.Marshal(r)
	return string(shown), err == nil
}

// hideEvict hides the values of headers that a response is looked at for.
func (h hider) hideEvict(evict json.RawMessage) json.RawMessage {
	var fields map[string]json.RawMessage
	var headers map[string]string
	if json.Unmarshal(evict, &fields) != nil || json.Unmarshal(fields["header"], &headers) != nil {
		return evict
	}
	for name, value := range headers {
		headers[name] = h.digest([]byte(value))
	}
	var err error
	if fields["header"], err = json.Marshal(headers); err != nil {
		return nil
	}
	if evict, err = json.Marshal(fields); err != nil {
		return nil
	}
	return evict
}
