package config

import (
	"strings"
	"testing"
)

func TestAdmit(t *testing.T) {
	const (
		ok   = ""
		none = "no name of clients fits the certificate of "
	)
	for _, test := range []struct {
		rules       string // as in a file
		names       string // with commas
		id, cluster string
		want        string
	}{
		{`[{name: edge-1.example.com}]`, "edge-1.example.com", "anything", "any", ok},
		{`[{name: edge-1.example.com}]`, "edge-2.example.com", "a", "b", none + "edge-2.example.com"},
		{`[{name: edge-1.example.com}]`, "edge-1.example.com.evil", "a", "b", none + "edge-1.example.com.evil"},
		{`[{name: edge-1.example.com}]`, "x, edge-1.example.com, y", "a", "b", ok}, // any name that fits
		{`[{name: "*"}]`, "", "a", "b", "clients goes by the DNS names and URIs of certificates, of which this one has none; its common name is not looked at"},
		{`[{name: "*"}]`, "spiffe://a/b", "a", "b", ok},

		{`[{name: "*.example.com"}]`, "a.example.com", "a", "b", ok},
		{`[{name: "*.example.com"}]`, "a.b.example.com", "a", "b", ok},
		{`[{name: "*.example.com"}]`, "*.example.com", "a", "b", ok},                     // a wildcard certificate
		{`[{name: "a.example.com"}]`, "*.example.com", "a", "b", none + "*.example.com"}, // is no name below
		{`[{name: "*.example.com"}]`, "example.com", "a", "b", none + "example.com"},
		{`[{name: "*.example.com"}]`, ".example.com", "a", "b", none + ".example.com"},
		{`[{name: "*.example.com"}]`, "a..example.com", "a", "b", none + "a..example.com"},
		{`[{name: "*.example.com"}]`, "spiffe://x.example.com", "a", "b", none + "spiffe://x.example.com"},
		{`[{name: "edge-*.example.com"}]`, "edge-1.example.com", "a", "b", ok},
		{`[{name: "edge-*.example.com"}]`, "edge-.example.com", "a", "b", none + "edge-.example.com"},
		{`[{name: "edge-*.example.com"}]`, "edge-1.evil.example.com", "a", "b", none + "edge-1.evil.example.com"},
		{`[{name: "edge.*.example.com"}]`, "edge.a.b.example.com", "a", "b", none + "edge.a.b.example.com"},

		{`[{name: "spiffe://example.org/ns/edge/*"}]`, "spiffe://example.org/ns/edge/sa/x", "a", "b", ok},
		{`[{name: "spiffe://example.org/ns/edge/*"}]`, "spiffe://example.org/ns/edge", "a", "b", none + "spiffe://example.org/ns/edge"},
		{`[{name: "spiffe://example.org/ns/edge/*"}]`, "spiffe://example.org/ns/edge/../admin", "a", "b", none + "spiffe://example.org/ns/edge/../admin"},
		{`[{name: "spiffe://example.org/ns/edge/*"}]`, "spiffe://example.org/ns/edge/a?b", "a", "b", none + "spiffe://example.org/ns/edge/a?b"},
		{`[{name: "spiffe://example.org/ns/edge*"}]`, "spiffe://example.org/ns/edge-1", "a", "b", ok},
		{`[{name: "spiffe://example.org/ns/edge*"}]`, "spiffe://example.org/ns/edge-1/sa/x", "a", "b", none + "spiffe://example.org/ns/edge-1/sa/x"},
		{`[{name: "spiffe://example.org/ns/*/sa/edge"}]`, "spiffe://example.org/ns/a/sa/edge", "a", "b", ok},
		{`[{name: "spiffe://example.org/ns/*/sa/edge"}]`, "spiffe://example.org/ns/a/sa/b/sa/edge", "a", "b", none + "spiffe://example.org/ns/a/sa/b/sa/edge"},
		{`[{name: "spiffe://*"}]`, "spiffe://any/where", "a", "b", ok},
		{`[{name: "spiffe://*/edge"}]`, "spiffe://other.org/edge", "a", "b", ok},
		{`[{name: "spiffe://*"}]`, "any.where", "a", "b", none + "any.where"},

		{`[{name: a.b, node: [one, "two-*"], cluster: c}]`, "a.b", "one", "c", ok},
		{`[{name: a.b, node: [one, "two-*"], cluster: c}]`, "a.b", "two-x~y/z", "c", ok},
		{`[{name: a.b, node: [one, "two-*"], cluster: c}]`, "a.b", "two-", "c",
			`by clients the certificate of a.b may be node "one" or "two-*" of cluster "c", not node "two-" of cluster "c"`},
		{`[{name: a.b, node: one, cluster: c}]`, "a.b", "one", "",
			`by clients the certificate of a.b may be node "one" of cluster "c", not node "one" of cluster ""`},
		{`[{name: a.b, node: one}, {name: c.d, node: three}, {name: "*.b", cluster: c}]`, "a.b", "two", "x",
			`by clients the certificate of a.b may be node "one", or any node of cluster "c", not node "two" of cluster "x"`},
		{`[{name: a.b, node: one}, {name: a.b, node: two}]`, "a.b", "two", "", ok}, // a later rule
		{`[{name: a.b, node: one}]`, "a.b", "", "", ok},                            // whoever it is
		{`[{name: a.b, node: one}]`, "c.d", "", "", none + "c.d"},

		{`[{name: "*", node: "{*}"}]`, "edge-1.example.com", "edge-1.example.com", "", ok},
		{`[{name: "*.example.com", node: "{*}"}]`, "edge-1.example.com", "edge-1", "", ok},
		{`[{name: "*.example.com", node: "{*}"}]`, "edge-1.example.com", "edge-2", "",
			`by clients the certificate of edge-1.example.com may be node "edge-1", not node "edge-2" of cluster ""`},
		{`[{name: "*.example.com", node: "{*}"}]`, "edge-1.example.com, edge-2.example.com", "edge-2", "", ok},
		{`[{name: "*.example.com", node: "{*}", cluster: "{*}"}]`, "a.example.com, b.example.com", "a", "b",
			`by clients the certificate of a.example.com, b.example.com may be node "a" of cluster "a", or node "b" of cluster "b", not node "a" of cluster "b"`},
		{`[{name: "*.example.com", node: "{*}-*"}]`, "edge.example.com", "edge-7", "", ok},
		{`[{name: "*.example.com", node: "{*}"}]`, "*.example.com", "edge-1", "", // its * is a letter as any other
			`by clients the certificate of *.example.com may be node "*", not node "edge-1" of cluster ""`},
		{`[{name: spiffe://x/ns/*/sa/edge, node: "sidecar~*.{*}~{*}.svc.cluster.local"}]`, "spiffe://x/ns/web/sa/edge",
			"sidecar~10.0.0.1~pod-1.web~web.svc.cluster.local", "", ok},
		{`[{name: spiffe://x/ns/*/sa/edge, node: "sidecar~*.{*}~{*}.svc.cluster.local"}]`, "spiffe://x/ns/web/sa/edge",
			"sidecar~10.0.0.1~pod-1.db~db.svc.cluster.local", "",
			`by clients the certificate of spiffe://x/ns/web/sa/edge may be node "sidecar~*.web~web.svc.cluster.local", not node "sidecar~10.0.0.1~pod-1.db~db.svc.cluster.local" of cluster ""`},
		{`[{name: a.b, node: one}]`, "a.b,c,d,e,f,g", "two", "",
			`by clients the certificate of a.b, c, d, e and 2 more may be node "one", not node "two" of cluster ""`},
	} {
		c, err := Parse("x.yaml", []byte("filters: []\nupstreams: [{name: a, host: b, port: 80}]\nclients: "+test.rules), nil)
		if err != nil {
			t.Errorf("%s: %v", test.rules, err)
			continue
		}
		var names []string
		for name := range strings.SplitSeq(test.names, ",") {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
		got := ""
		if err := c.Admit(names, test.id, test.cluster); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: %s as %s of %s:\n%s\nwant %s", test.rules, test.names, test.id, test.cluster, got, test.want)
		}
	}
	if err := (&Config{}).Admit(nil, "a", "b"); err != nil {
		t.Errorf("without rules: %v", err)
	}
}

// FuzzAdmit: whatever rules Parse takes, and whatever a certificate has, a name that is admitted has
// all that the pattern has beside its *, in one part where the * is not alone in one, and {*} lets
// nobody be what its own name is not.
func FuzzAdmit(f *testing.F) {
	f.Add("*.example.com", "a.example.com", "{*}", "a")
	f.Add("spiffe://example.org/ns/*/sa/edge", "spiffe://example.org/ns/a/sa/edge", "sidecar~*.{*}", "sidecar~1.a")
	f.Add("*", "spiffe://a/b", "{*}-*", "spiffe://a/b-c")
	f.Add("edge-*.example.com", "edge-*.example.com", "{*{*}}", "x")
	f.Fuzz(func(t *testing.T, pattern, name, node, id string) {
		if notAName(pattern) != "" {
			return
		}
		before, after, star := strings.Cut(pattern, "*")
		what, ok := named(pattern, name)
		if !ok {
			if pattern == name && !star {
				t.Errorf("%q is not itself", name)
			}
			return
		}
		if before+what+after != name || star == (what == "") {
			t.Errorf("%q is %q with %q", name, pattern, what)
		}
		if star && pattern != "*" && strings.Contains(pattern, ":") != strings.Contains(name, ":") {
			t.Errorf("%q is taken for %q", name, pattern)
		}
		if strings.Count(strings.ReplaceAll(node, stood, ""), "*") > 1 || strings.ContainsRune(node, 0) {
			return
		}
		c := &Config{Clients: []Client{{Names: []string{pattern}, Nodes: []string{node}}}}
		err := c.Admit([]string{name}, id, "")
		if exact := !strings.Contains(strings.ReplaceAll(node, stood, ""), "*"); exact && id != "" && (err == nil) != (id == strings.ReplaceAll(node, stood, what)) {
			t.Errorf("%q as %q by %q: %v", what, id, node, err)
		}
	})
}
