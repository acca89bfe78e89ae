package xds

import (
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	extensionv3 "github.com/envoyproxy/go-control-plane/envoy/service/extension/v3"
	statusv3 "github.com/envoyproxy/go-control-plane/envoy/service/status/v3"
	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
)

func TestAdmitAndDeny(t *testing.T) {
	gates(t, func(t *testing.T, g *gate, open func(*grpc.ClientConn, *corev3.Node) envoy) {
		g.may(map[string]string{"a.example": "one", "b.example": "", "spiffe://example/c": "three"})
		for _, test := range []struct {
			names       []string
			id, cluster string
			want        string
		}{
			{[]string{"a.example"}, "one", "", ""},
			{[]string{"A.Example"}, "one", "", ""},
			{[]string{"x.example", "y.example", "spiffe://example/c"}, "three", "", ""},
			{[]string{"b.example"}, "any", "", ""},
			{[]string{"a.example"}, "two", "", "may not be two"},
			{[]string{"a.example"}, "one", "evil", "may not be one"},
			{[]string{"*.example"}, "one", "", "may not be one"},
			{nil, "one", "", "may not be one"},
			{[]string{"10.0.0.1"}, "one", "", "may not be one"},
		} {
			c := open(g.dial(test.names...), &corev3.Node{Id: test.id, Cluster: test.cluster})
			c.ask(cds, nil)
			if test.want != "" {
				isDenied(t, ends(c), test.want)
				continue
			}
			c.recv()
			eventually(t, "it is shown with its names", func() bool {
				for _, n := range connected(g.Server) {
					if n.ID == test.id {
						return strings.EqualFold(strings.Join(n.Names, " "), strings.Join(test.names, " ")) && n.Cluster == test.cluster
					}
				}
				return false
			})
		}
		f := g.Fleet()
		for _, n := range f.Nodes {
			if n.ID == "two" || n.Cluster == "evil" || len(n.Names) == 0 {
				t.Errorf("%+v was let in", n)
			}
		}
	})
}

// A rule that changes ends the streams of those who may not any more, and of nobody else; they do
// not count as gone. A rule that lets them in again does.
func TestAdmitAgain(t *testing.T) {
	gates(t, func(t *testing.T, g *gate, open func(*grpc.ClientConn, *corev3.Node) envoy) {
		g.may(map[string]string{"a.example": "", "b.example": ""})
		conn := g.dial("a.example")
		a, b := open(conn, &corev3.Node{Id: "a"}), open(g.dial("b.example"), &corev3.Node{Id: "b"})
		join(a)
		join(b)
		eventually(t, "both are live", func() bool { return g.Fleet().Running == 2 })
		g.may(map[string]string{"b.example": ""})
		set(t, g.Server, "b", "a", nil)
		isDenied(t, ends(a), "may not be a")
		r := b.recv()
		b.answer(r, "")
		eventually(t, "the other one is live alone", func() bool {
			f := g.Fleet()
			return f.Live && f.Running == 1 && f.Gone == 0 && len(f.Nodes) == 1
		})
		for range 3 {
			a = open(conn, &corev3.Node{Id: "a"})
			a.ask(cds, nil)
			isDenied(t, ends(a), "may not be a")
		}
		all := g.Denied()
		if len(all) != 1 || all[0].Node != "a" || all[0].Times != 4 || !all[0].Kept || all[0].Error != "may not be a" || all[0].Names[0] != "a.example" {
			t.Errorf("denied: %+v", all)
		}
		if n := g.lines("client denied"); n != 1 {
			t.Errorf("%d lines about one client", n)
		}
		if g.denied != 4 {
			t.Errorf("%d events", g.denied)
		}
		g.Admit(nil)
		if all := g.Denied(); len(all) != 0 {
			t.Errorf("admitted, and still there: %+v", all)
		}
		a = open(conn, &corev3.Node{Id: "a"})
		join(a)
		eventually(t, "both are live again", func() bool { f := g.Fleet(); return f.Live && f.Running == 2 })
	})
}

// One that left and may not come back does not stand against what is live.
func TestGoneForGood(t *testing.T) {
	gates(t, func(t *testing.T, g *gate, open func(*grpc.ClientConn, *corev3.Node) envoy) {
		a, b := open(g.dial("a.example"), &corev3.Node{Id: "a"}), open(g.dial("b.example"), &corev3.Node{Id: "b"})
		join(a)
		join(b)
		eventually(t, "both are live", func() bool { return g.Fleet().Running == 2 })
		hangUp(t, a)
		eventually(t, "one is gone", func() bool { return g.Fleet().Connected == 1 })
		set(t, g.Server, "b", "a", nil)
		b.answer(b.recv(), "")
		eventually(t, "the other one runs it", func() bool { return g.Fleet().Running == 1 })
		if g.Fleet().Live {
			t.Error("live without the one that left")
		}
		g.may(map[string]string{"b.example": ""})
		if f := g.Fleet(); !f.Live || len(f.Nodes) != 1 {
			t.Errorf("not live without one that may not come: %+v", f)
		}
	})
}

// A stream is that of its first node. Another one in a later request is judged, too, and so is each
// stream of a connection.
func TestAnotherNode(t *testing.T) {
	gates(t, func(t *testing.T, g *gate, open func(*grpc.ClientConn, *corev3.Node) envoy) {
		g.may(map[string]string{"a.example": "one"})
		conn := g.dial("a.example")
		node := &corev3.Node{Id: "one"}
		c := open(conn, node)
		c.ask(cds, nil)
		c.answer(c.recv(), "")
		other := open(conn, &corev3.Node{Id: "two"})
		other.ask(cds, nil)
		isDenied(t, ends(other), "may not be two")
		c.ask(ecds, nil, "f") // the first goes on
		eventually(t, "it is connected", func() bool { return len(connected(g.Server)) == 1 })
		node.Id = "two"
		c.ask(lds, nil)
		isDenied(t, ends(c), "may not be two")

		node = &corev3.Node{Id: "one"}
		c = open(conn, node)
		c.ask(cds, nil)
		c.answer(c.recv(), "")
		node.Cluster = "evil"
		c.ask(lds, nil)
		isDenied(t, ends(c), "may not be one")

		g.may(map[string]string{"a.example": ""})
		node = &corev3.Node{Id: "one"}
		c = open(conn, node)
		c.ask(cds, nil)
		c.answer(c.recv(), "")
		node.Id = "two" // it may, and is one all the same
		c.ask(ecds, nil, "f")
		eventually(t, "the stream is that of one", func() bool {
			n := connected(g.Server)
			return len(n) == 1 && n[0].ID == "one" && len(n[0].Resources) > 0
		})
	})
}

// A stream for filters alone is judged as any other.
func TestAdmitOneType(t *testing.T) {
	g := newGate(t)
	set(t, g.Server, "a", "a", map[string]string{"f": "1"})
	g.may(map[string]string{"a.example": "one"})
	for id, want := range map[string]string{"one": "", "two": "may not be two"} {
		stream, err := extensionv3.NewExtensionConfigDiscoveryServiceClient(g.dial("a.example")).StreamExtensionConfigs(t.Context())
		must(t, err)
		must(t, stream.Send(&discoveryv3.DiscoveryRequest{Node: &corev3.Node{Id: id}, ResourceNames: []string{"f"}}))
		if _, err = stream.Recv(); want == "" {
			must(t, err)
		} else {
			isDenied(t, err, want)
		}
	}
}

// What else the port serves is for those whose certificate is in a rule, health for everybody.
func TestAdmitElsewhere(t *testing.T) {
	g := newGate(t)
	g.may(map[string]string{"a.example": "one"})
	stranger, known := g.dial("b.example"), g.dial("a.example")
	for conn, ok := range map[*grpc.ClientConn]bool{stranger: false, known: true} {
		_, err := healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{})
		must(t, err)
		if _, err = statusv3.NewClientStatusDiscoveryServiceClient(conn).FetchClientStatus(t.Context(), &statusv3.ClientStatusRequest{}); ok {
			must(t, err)
		} else {
			isDenied(t, err, "may not be ")
		}
	}
	reflected, err := reflectionpb.NewServerReflectionClient(stranger).ServerReflectionInfo(t.Context())
	must(t, err)
	_, err = reflected.Recv()
	isDenied(t, err, "may not be ")
	if all := g.Denied(); len(all) != 2 || !strings.Contains(all[0].Asked, "Reflection") || all[1].Names[0] != "b.example" {
		t.Errorf("denied: %+v", all)
	}

	list := &reflectionpb.ServerReflectionRequest{MessageRequest: &reflectionpb.ServerReflectionRequest_ListServices{}}
	reflected, err = reflectionpb.NewServerReflectionClient(known).ServerReflectionInfo(t.Context())
	must(t, err)
	must(t, reflected.Send(list))
	_, err = reflected.Recv()
	must(t, err)
	g.may(nil)
	must(t, reflected.Send(list))
	_, err = reflected.Recv()
	isDenied(t, err, "may not be ")
}

// One that takes nothing in is thrown out all the same, and is no more gone than others later.
func TestBarredWhileItDoesNotRead(t *testing.T) {
	g := newGate(t)
	set(t, g.Server, "a", "a", nil)
	c := openDelta(t, g.dial("a.example"))
	join(c)
	eventually(t, "it is live", func() bool { return g.Fleet().Running == 1 })
	clients, _ := g.fleet.all(g.now())
	before := clients[0].sends.Load()
	// Nobody reads the stream: the first response fills its window, and the second waits.
	set(t, g.Server, strings.Repeat("x", 1<<20), strings.Repeat("x", 1<<20), nil)
	eventually(t, "both are on their way", func() bool { return clients[0].sends.Load() == before+2 })
	g.may(nil)
	out := func() {
		t.Helper()
		if f := g.Fleet(); len(f.Nodes) != 0 || len(g.Denied()) != 1 || g.Denied()[0].Times != 1 {
			t.Errorf("it counts: %+v", f)
		}
		if connected, running, gone := g.Counts(); connected+running+gone != 0 {
			t.Errorf("it counts: %d, %d, %d", connected, running, gone)
		}
	}
	out()
	g.Admit(nil) // it comes again with another stream
	isDenied(t, ends(c), "may not be envoy")
}
