package xds

import (
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Whatever an Envoy does, in whatever order, nothing panics, and what is sent at one time
// comes to an end: what is refused is not sent again and again. Once it accepts everything,
// it is live.
func TestWalks(t *testing.T) {
	for seed := range 200 { // 10,000 were tried
		for _, delta := range []bool{true, false} {
			t.Run(fmt.Sprintf("%d/%t", seed, delta), func(t *testing.T) {
				walk(t, uint64(seed), delta, anything)
				walk(t, uint64(seed), delta, consistently)
			})
		}
	}
}

// walk does what steps say, then has the client accept everything.
func walk(t *testing.T, seed uint64, delta bool, steps func(*rand.Rand, *script, func(string))) {
	x := newScript(t, delta)
	var log []string
	defer func() {
		if p := recover(); p != nil || t.Failed() {
			t.Errorf("%v after\n%s\n%s", p, strings.Join(log, "\n"), debug.Stack())
		}
	}()
	do := func(line string) {
		log = append(log, line)
		words := strings.Fields(line)
		if err := x.do(words[0], words[1:]); err != nil {
			t.Fatal(err)
		}
		x.queue = nil
		x.pump()
		for _, sent := range x.queue {
			log = append(log, "> "+sent)
		}
		v := x.view()
		for _, sub := range v.subs {
			if out := v.changes(sub); out != nil && v.rests(sub) {
				t.Errorf("%s rests, and this is to be sent: %+v", ShortType(sub.typeURL), out)
			}
		}
	}
	random := rand.New(rand.NewPCG(seed, 1))
	do(randomConfig(random))
	steps(random, x, do)
	settle(t, x, do)
}

// anything is a client that answers whatever it likes.
func anything(random *rand.Rand, x *script, do func(string)) {
	for range 60 {
		switch random.IntN(10) {
		case 0:
			do(randomConfig(random))
		case 1:
			do("ask " + []string{"cds", "lds", "rds r", "ecds f", "ecds g"}[random.IntN(5)])
		case 2:
			do("wait " + []string{"1s", "2s", "5s", "1m"}[random.IntN(4)])
		case 3:
			do([]string{"retry", "forget ecds f", "forget ecds g", "say cds -", "say ecds 99"}[random.IntN(5)])
		default:
			if len(x.all) > 0 {
				n := len(x.all) - min(len(x.all)-1, random.IntN(3))
				do(fmt.Sprintf("%s %d", []string{"ack", "nack"}[random.IntN(2)], n))
			}
		}
	}
}

// consistently is an Envoy with one opinion of each resource. It is left in peace after some
// responses.
func consistently(random *rand.Rand, x *script, do func(string)) {
	opinion := map[string]bool{}
	refuses := func(out *outgoing) bool {
		any := false
		for _, p := range out.puts {
			bad, known := opinion[p.offer.version]
			if !known {
				bad = random.IntN(3) == 0
				opinion[p.offer.version] = bad
			}
			any = any || bad
		}
		return any
	}
	for _, step := range []string{"ask cds", "ask lds", "ask rds r", "", "", "", "", "", ""} {
		if step == "" {
			step = randomConfig(random)
		}
		do(step)
		for answers := 0; ; answers++ {
			askForFilters(x, do)
			var open []*response
			for _, typeURL := range served {
				if sub := x.c.subs[typeURL]; sub != nil && len(sub.sent) > 0 {
					open = append(open, sub.sent[0])
				}
			}
			if len(open) == 0 {
				break
			}
			if answers > 50 {
				x.t.Fatal("it is not left in peace")
			}
			verb, n := "ack ", open[random.IntN(len(open))].nonce
			if i, _ := strconv.Atoi(n); refuses(x.all[i-1]) {
				verb = "nack "
			}
			do(verb + n)
		}
		do("wait 3s")
	}
}

// askForFilters asks for the filters that something names which was sent.
func askForFilters(x *script, do func(string)) {
	for _, name := range []string{"f", "g", "h"} {
		sub := x.c.subs[ecds]
		if sub != nil && sub.covers(name) {
			continue
		}
		if slices.ContainsFunc(x.all, func(out *outgoing) bool {
			text := x.text(out)
			return strings.Contains(text, "("+name) || strings.Contains(text, ","+name) || strings.Contains(text, "try/"+name)
		}) {
			do("ask ecds " + name)
		}
	}
}

// settle lets the client take everything, ask for all of it, and answer at once.
func settle(t *testing.T, x *script, do func(string)) {
	for _, ask := range []string{"cds", "lds", "rds r", "ecds f g h"} {
		do("ask " + ask)
	}
	for range 100 {
		for _, sub := range x.c.subs {
			for len(sub.sent) > 0 {
				n := sub.sent[0]
				if !x.c.delta { // the latest only
					n = sub.sent[len(sub.sent)-1]
				}
				do("ack " + n.nonce)
			}
		}
		do("wait 1m")
	}
	if v := x.view(); !v.live() {
		for typeURL, sub := range x.c.subs {
			for name, e := range sub.entries {
				t.Errorf("%s %s: %s held %+v refusal %+v", ShortType(typeURL), name, e.state, e.held, e.refusal)
			}
		}
		t.Error("it accepted everything and is not live")
	}
}

func randomConfig(random *rand.Rand) string {
	version := func() int { return random.IntN(3) }
	var cds, rds []string
	for _, name := range []string{"a", "b", "c"} {
		if random.IntN(2) == 0 {
			chain := []string{"", "", "(h)"}[random.IntN(3)]
			cds = append(cds, fmt.Sprintf("%s=%d%s", name, version(), chain))
			rds = append(rds, name)
		}
	}
	line := "serve "
	if len(cds) > 0 {
		line += "cds " + strings.Join(cds, " ") + " | "
	}
	filters := []string{"f", "g"}[:1+random.IntN(2)]
	line += fmt.Sprintf("lds l=%d(%s) | ", version(), strings.Join(filters, ","))
	line += fmt.Sprintf("rds r=%d(%s) | wasm", version(), strings.Join(rds, ","))
	for _, f := range append(filters, "h") { // h is for clusters
		line += fmt.Sprintf(" %s=%d", f, version())
	}
	return line + []string{"", " !"}[random.IntN(2)]
}
