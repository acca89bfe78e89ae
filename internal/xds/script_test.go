package xds

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

// A script is what happens on one stream, a line each, and what is sent then: no gRPC, and a
// clock that only the script moves.
//
//	serve cds a=1 | rds r=1(a) | wasm f=1 !   what is served from now on, by type; (needs); see parse
//	ask ecds f g             a request for more names, in delta with none for all
//	come cds | a=1           the same as the first on a stream that has something
//	join cds                 ask, and ACKs of whatever is sent until nothing is
//	forget ecds f            an unsubscription
//	say ecds 7 f             a request with any nonce, - for none
//	ack, nack                of the latest response; with a number, of that one of the stream
//	nack 3 own               state of the world, with version_info of the response itself
//	elsewhere ack ecds f=1   another Envoy's answer
//	wait 5s, retry           as they say
//	live, dead               whether the client runs what is served
//	why cds b still resolves  a part of why it does not, of a type; nothing: no word of it
//	> cds a=1 -b             a response: a is put, b is dropped
//
// Responses that no line expects are an error. In them f=1*2 has a salt, of two refusals,
// f=1#1 is in another VM, and f=1^ is what it had before. What a state-of-the-world response
// has beside that is left out.
type script struct {
	t     *testing.T
	c     *client
	m     *memory
	now   time.Time
	names map[string][]string
	all   []*outgoing
	made  map[string]*resource // by type, name and content
	queue []string
}

var scriptTypes = map[string]string{"cds": cds, "lds": lds, "rds": rds, "ecds": ecds, "wasm": ecds, "other": "example.com/Other"}

func newScript(t *testing.T, delta bool) *script {
	x := &script{
		t: t, m: newMemory(), now: time.Unix(0, 0), names: map[string][]string{}, made: map[string]*resource{},
		c: newClient("address", "", delta, time.Unix(0, 0)),
	}
	x.m.salt = 1000
	return x
}

// play runs a script in both protocols, or in the one that its name begins with.
func play(t *testing.T, scripts [][2]string) {
	for _, s := range scripts {
		for _, protocol := range []string{"delta", "sotw"} {
			if only, _, found := strings.Cut(s[0], ":"); found && only != protocol {
				continue
			}
			t.Run(s[0]+"/"+protocol, func(t *testing.T) { newScript(t, protocol == "delta").run(s[1]) })
		}
	}
}

func (x *script) run(text string) {
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, " # ")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if words[0] == ">" {
			x.expect(i, strings.Join(words[1:], " "))
			continue
		}
		if len(x.queue) > 0 {
			x.t.Fatalf("line %d, %s: before it, %q was sent too", i, strings.TrimSpace(line), x.queue)
		}
		if err := x.do(words[0], words[1:]); err != nil {
			x.t.Fatalf("line %d, %s: %v", i, strings.TrimSpace(line), err)
		}
		x.pump()
	}
	if len(x.queue) > 0 {
		x.t.Fatalf("at the end %q was sent", x.queue)
	}
}

func (x *script) expect(line int, want string) {
	if len(x.queue) == 0 {
		x.t.Fatalf("line %d: %q was not sent", line, want)
	}
	if x.queue[0] != want {
		x.t.Fatalf("line %d: sent %q, want %q", line, x.queue, want)
	}
	x.queue = x.queue[1:]
}

func (x *script) view() view {
	return view{client: x.c, memory: x.m, snapshot: x.m.snapshot(), now: x.now, soonest: &time.Time{}}
}

// pump sends what there is to send.
func (x *script) pump() {
	for range 1000 {
		v := x.view()
		if v.snapshot == nil {
			return
		}
		x.c.tick(x.now, x.m)
		out := v.next()
		if out == nil {
			return
		}
		x.c.sending(out, x.now)
		x.all = append(x.all, out)
		x.queue = append(x.queue, x.text(out))
	}
	x.t.Fatalf("it does not end: %q", x.queue[990:])
}

func (x *script) do(verb string, args []string) error {
	switch verb {
	case "serve":
		x.serve(strings.Join(args, " "))
	case "ask", "come":
		return x.ask(args)
	case "join":
		return x.join(args)
	case "forget":
		return x.forget(scriptTypes[args[0]], args[1:])
	case "say":
		return x.send(request{typeURL: scriptTypes[args[0]], nonce: strings.TrimPrefix(args[1], "-"), subscribe: args[2:]})
	case "ack", "nack":
		return x.answer(verb == "nack", args)
	case "elsewhere":
		r := x.made[scriptTypes[args[1]]+" "+args[2]]
		if args[0] == "ack" {
			x.m.accepted(r)
		} else {
			x.m.refused(r.ref, r.version)
		}
	case "wait":
		d, err := time.ParseDuration(args[0])
		x.now = x.now.Add(d)
		return err
	case "retry":
		x.c.retry()
	case "live", "dead":
		if live := x.view().live(); live != (verb == "live") {
			return fmt.Errorf("live is %t", live)
		}
	case "why":
		return x.why(scriptTypes[args[0]], strings.Join(args[1:], " "))
	default:
		return fmt.Errorf("no such verb")
	}
	return nil
}

func (x *script) why(typeURL, want string) error {
	var got string
	for _, r := range x.view().resources() {
		if r.TypeURL == typeURL && r.Error != nil {
			got = *r.Error
		}
	}
	if !strings.Contains(got, want) || want == "" && got != "" {
		return fmt.Errorf("the reason is %q", got)
	}
	return nil
}

func (x *script) send(req request) error {
	req.node, req.replaces = &corev3.Node{Id: "envoy"}, !x.c.delta
	_, err := x.c.receive(req, x.m, x.now)
	return err
}

// ask takes a type, names, and after | what the client has.
func (x *script) ask(args []string) error {
	names, has, _ := strings.Cut(strings.Join(args[1:], " "), "|")
	req := request{typeURL: scriptTypes[args[0]], subscribe: strings.Fields(names), versions: map[string]string{}}
	for _, content := range strings.Fields(has) {
		name, version, _ := strings.Cut(content, "=")
		if r := x.made[req.typeURL+" "+content]; r != nil {
			version = r.version
		}
		req.versions[name] = version
	}
	if !x.c.delta {
		if has != "" {
			req.version = hashVersions(req.versions)
		}
		req.versions = nil
		x.names[req.typeURL] = append(x.names[req.typeURL], req.subscribe...)
		req.subscribe = x.names[req.typeURL]
		req.nonce = x.lastNonce(req.typeURL)
	}
	return x.send(req)
}

func (x *script) join(args []string) error {
	err := x.ask(args)
	for x.pump(); err == nil && len(x.queue) > 0; x.pump() {
		err = x.answer(false, []string{strconv.Itoa(len(x.all) - len(x.queue) + 1)})
		x.queue = x.queue[1:]
	}
	return err
}

func (x *script) forget(typeURL string, names []string) error {
	if x.c.delta {
		return x.send(request{typeURL: typeURL, unsubscribe: names})
	}
	x.names[typeURL] = slices.DeleteFunc(x.names[typeURL], func(n string) bool { return slices.Contains(names, n) })
	return x.send(request{typeURL: typeURL, subscribe: x.names[typeURL], nonce: x.lastNonce(typeURL)})
}

func (x *script) lastNonce(typeURL string) string {
	if sub := x.c.subs[typeURL]; sub != nil {
		return sub.nonce
	}
	return ""
}

func (x *script) answer(nack bool, args []string) error {
	n := len(x.all)
	if len(args) > 0 {
		n, _ = strconv.Atoi(args[0])
	}
	r := x.all[n-1]
	req := request{typeURL: r.typeURL, nonce: strconv.Itoa(n)}
	if nack {
		words := "no"
		req.nack = &words
	}
	if !x.c.delta {
		req.subscribe, req.version = x.names[r.typeURL], r.version
		if nack && len(args) < 2 {
			req.version = x.c.subs[r.typeURL].version
		}
	}
	return x.send(req)
}
