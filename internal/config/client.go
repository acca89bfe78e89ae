package config

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Client says which Envoys whoever shows a certificate may be. What it says of nodes and clusters
// holds together.
type Client struct {
	// Names are those of the certificate, of which one must be there: DNS names in lower case or
	// URIs, each exact or with one *.
	Names []string
	// Nodes and Clusters are what node.id and node.cluster may be, one of each; none: anything.
	// Each may have one *, which stands for any text, and {*}, which is what the * of the name
	// stood for.
	Nodes, Clusters []string
}

// String is the rule on a line.
func (c Client) String() string {
	return strings.Join(c.Names, ", ") + " may be " + may(c.Nodes, c.Clusters)
}

// may says what somebody may be.
func may(nodes, clusters []string) string {
	what := "any node"
	if len(nodes) > 0 {
		what = "node " + strings.Join(nodes, " or ")
	}
	if len(clusters) > 0 {
		what += " of cluster " + strings.Join(clusters, " or ")
	}
	return what
}

const (
	// maxClients bounds the rules: each is tried when an Envoy connects.
	maxClients = 256
	// maxNodeText is as long as a node ID may be.
	maxNodeText = 1024
	// stood is what stands in Nodes and Clusters for the text that the * of the name stood for.
	stood = "{*}"
)

func (v value) clientRules() (all []Client) {
	v.list(0, maxClients, func(v value) {
		c := v.client()
		same := func(o Client) bool {
			return slices.Equal(c.Names, o.Names) && slices.Equal(c.Nodes, o.Nodes) && slices.Equal(c.Clusters, o.Clusters)
		}
		if i := slices.IndexFunc(all, same); i >= 0 && len(c.Names) > 0 {
			v.errorf("is the same as clients[%d]", i)
		}
		all = append(all, c)
	})
	if v.node.Kind == yaml.SequenceNode && len(v.node.Content) == 0 {
		v.errorf("must not be empty; without it every certificate of the CA that clients are verified by may be any Envoy")
	}
	return all
}

func (v value) client() (c Client) {
	v.fields(
		required("name", func(v value) { c.Names = v.texts(value.clientName) }),
		optional("node", func(v value) { c.Nodes = v.texts(value.nodeText) }),
		optional("cluster", func(v value) { c.Clusters = v.texts(value.nodeText) }),
	)
	if !slices.ContainsFunc(c.Names, func(name string) bool { return !strings.Contains(name, "*") }) {
		return c
	}
	for field, texts := range map[string][]string{"node": c.Nodes, "cluster": c.Clusters} {
		if slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, stood) }) {
			v.field(field).errorf("%s is what the * of name stands for, and not each name has one; give the others a rule of their own", stood)
		}
	}
	return c
}

// nodeText reads what node.id or node.cluster may be.
func (v value) nodeText() string {
	s, ok := v.text()
	rest := strings.ReplaceAll(s, stood, "")
	switch {
	case !ok:
		return ""
	case s == "":
		v.errorf("must not be empty; leave the field out for any")
		return ""
	case len(s) > maxNodeText:
		v.errorf("must have at most %d characters", maxNodeText)
		return ""
	case strings.Count(rest, "*") > 1:
		v.errorf("may have one *, for any text, beside %s", stood)
		return ""
	}
	for _, r := range s {
		if !printable(r) || r < ' ' || unseenName(r) != "" {
			v.errorf("must not have %s", character(r))
			return ""
		}
	}
	return s
}
