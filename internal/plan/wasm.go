package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	wasmfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	wasmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/livefilter/livefilter/internal/snapshot"
)

// plugin is what matters of a wasm filter.
type plugin struct {
	vmID, code, config string            // the code is a digest; the config is one too, unless vmID is snapshot.HeadersVM
	env                map[string]string // to digests
	fail               string
	match              string // for which requests, "" for all
	kind               string // as words have it: "module"
	native             native // of a filter without a module
}

func readPlugin(packed *anypb.Any) (plugin, error) {
	packed, match := snapshot.Matched(packed)
	if ofUser(packed) {
		n, err := readNative(packed)
		return plugin{match: match, kind: nativeKind(packed.GetTypeUrl()), native: n}, err
	}
	var w wasmfilterv3.Wasm
	if err := packed.UnmarshalTo(&w); err != nil {
		return plugin{}, err
	}
	c := w.GetConfig()
	p := plugin{vmID: c.GetVmConfig().GetVmId(), code: codeOf(c), fail: failWords[c.GetFailurePolicy()], match: match, kind: "module"}
	if p.vmID == snapshot.HeadersVM {
		p.kind = headerRules
	}
	p.env = c.GetVmConfig().GetEnvironmentVariables().GetKeyValues()
	var text wrapperspb.StringValue
	if c.GetConfiguration() != nil {
		if err := c.GetConfiguration().UnmarshalTo(&text); err != nil {
			return plugin{}, err
		}
	}
	p.config = text.GetValue()
	return p, nil
}

func codeOf(c *wasmv3.PluginConfig) string {
	return c.GetVmConfig().GetCode().GetLocal().GetInlineString()
}

func (was plugin) differs(is plugin) (details []string) {
	details = matchDiffers(was.match, is.match)
	switch {
	case was.kind != is.kind:
		return append(details, was.givesWay(is))
	case is.native != nil:
		return append(details, was.native.differs(is.native)...)
	case was.vmID != is.vmID:
		details = differ(details, "share", was.group(), is.group())
	}
	if was.code != is.code {
		details = append(details, sizes("code", was.code, is.code))
	}
	if was.config != is.config {
		details = append(details, configDiffers(was, is)...)
	}
	for _, name := range union(slices.Sorted(maps.Keys(was.env)), slices.Sorted(maps.Keys(is.env))) {
		before, hadIt := was.env[name]
		after, hasIt := is.env[name]
		switch {
		case !hadIt:
			details = append(details, "env "+name+": added")
		case !hasIt:
			details = append(details, "env "+name+": removed")
		case before != after:
			details = append(details, "env "+name+": changed")
		}
	}
	return differ(details, "fail", was.fail, is.fail)
}

// group is what the config calls the VM of several filters.
func (was plugin) group() string {
	if group, shared := strings.CutPrefix(was.vmID, snapshot.SharedVM); shared {
		return group
	}
	return "none"
}

// headerRules is the kind of filters that the built-in module carries out.
const headerRules = "header rules"

// failWords are what the config calls failure policies.
var failWords = map[wasmv3.FailurePolicy]string{
	wasmv3.FailurePolicy_FAIL_RELOAD: "reload",
	wasmv3.FailurePolicy_FAIL_CLOSED: "closed",
	wasmv3.FailurePolicy_FAIL_OPEN:   "open",
}

func configDiffers(was, is plugin) []string {
	var before, after rules
	if was.vmID == snapshot.HeadersVM && is.vmID == snapshot.HeadersVM &&
		json.Unmarshal([]byte(was.config), &before) == nil && json.Unmarshal([]byte(is.config), &after) == nil {
		return rulesDiffer(before, after)
	}
	return []string{sizes("config", was.config, is.config)}
}

// sizes tells two digests apart by what a person can tell of them.
func sizes(what, was, is string) string {
	_, before, _ := strings.Cut(was, ", ")
	_, after, _ := strings.Cut(is, ", ")
	if before == after {
		return fmt.Sprintf("%s: changed, %s as before", what, after)
	}
	return differ(nil, what, none(before), none(after))[0]
}

func none(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func rulesDiffer(was, is rules) (details []string) {
	oldNames, before := was.byName()
	newNames, after := is.byName()
	for _, name := range union(oldNames, newNames) {
		b, hadIt := before[name]
		a, hasIt := after[name]
		switch {
		case !hadIt:
			details = append(details, fmt.Sprintf("header %s: added, %s", name, a.Values))
		case !hasIt:
			details = append(details, fmt.Sprintf("header %s: removed", name))
		case b.Values.Count != a.Values.Count:
			details = differ(details, "header "+name, b.Values.String(), a.Values.String())
		case b.Values != a.Values:
			details = append(details, fmt.Sprintf("header %s: changed, %s as before", name, a.Values))
		}
		if !hadIt || !hasIt {
			continue
		}
		details = differ(details, "header "+name+": pick", b.pick(), a.pick())
		details = differ(details, "header "+name+": limit", none(b.Limit), none(a.Limit))
		if !bytes.Equal(b.Evict, a.Evict) {
			details = append(details, fmt.Sprintf("header %s: evict changed", name))
		}
		details = differ(details, "header "+name+": when_all_out", b.allOut(), a.allOut())
	}
	if details == nil && !slices.Equal(oldNames, newNames) {
		details = []string{"headers: in another order"}
	}
	retriedBefore, retriedNow := slices.Concat(was.RetryOn, was.RetryGRPC), slices.Concat(is.RetryOn, is.RetryGRPC)
	if len(retriedBefore) > 0 && len(retriedNow) > 0 { // else it moves, which is said elsewhere
		details = differ(details, "retried on", strings.Join(retriedBefore, ", "), strings.Join(retriedNow, ", "))
	}
	return differ(details, "response_header", was.mark(), is.mark())
}

// pick is a rule's in words.
func (r rule) pick() string {
	var word string
	var sticky struct{ Sticky struct{ By string } }
	switch {
	case r.Pick == nil:
		return "random"
	case json.Unmarshal(r.Pick, &word) == nil:
		return word
	case json.Unmarshal(r.Pick, &sticky) == nil:
		return "sticky by " + sticky.Sticky.By
	}
	return string(r.Pick)
}

func (r rule) allOut() string {
	switch {
	case r.AllOut != "":
		return r.AllOut
	case r.Limit != "":
		return "reject"
	}
	return "first"
}

// mark is the header that responses carry.
func (r rules) mark() string {
	if r.ResponseHeader == nil {
		return "the module's own"
	}
	return none(*r.ResponseHeader)
}

func (r rules) byName() (names []string, byName map[string]rule) {
	byName = map[string]rule{}
	for _, h := range r.Headers {
		if h.Names != nil {
			h.Name = strings.Join(h.Names, " + ")
		}
		names = append(names, h.Name)
		byName[h.Name] = h
	}
	return names, byName
}

func (v values) String() string { return count(v.Count, "value", "s") }
