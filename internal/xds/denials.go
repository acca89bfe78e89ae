package xds

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/livefilter/livefilter/internal/sparing"
)

// maxDenied bounds the denials that are remembered, and the log lines about them in a minute.
const maxDenied = 100

// Denial is a client that may not connect, by the rules of Admit.
type Denial struct {
	Names   []string  `json:"names"`             // the names of its certificate
	Address string    `json:"address"`           // where it connected from the last time
	Node    string    `json:"node,omitempty"`    // its node.id
	Cluster string    `json:"cluster,omitempty"` // its node.cluster
	Asked   string    `json:"asked,omitempty"`   // the gRPC method, where it did not ask for resources
	Error   string    `json:"error"`             // the reason that it was given
	Times   int       `json:"times"`             // how often it tried
	Last    time.Time `json:"last"`              // when it tried last
	// Kept: it was connected before, and goes on with what it was sent then.
	Kept bool `json:"kept,omitempty"`

	all []string // names
}

// String is all of it, but when.
func (d Denial) String() string {
	who := cmp.Or(d.Node, d.Asked)
	times := fmt.Sprintf("%d times", d.Times)
	if d.Times == 1 {
		times = "once"
	}
	text := fmt.Sprintf("%s at %s: %s (%s)", who, d.Address, d.Error, times)
	if d.Kept {
		text += "; it runs what it was sent before"
	}
	return text
}

// denials are the latest ones, until they are admitted. The zero value is ready.
type denials struct {
	lines sparing.Lines

	mu   sync.Mutex
	list map[string]*Denial
}

func denialKey(names []string, address string, more ...string) string {
	return strings.Join(names, " ") + "\n" + host(address) + "\n" + strings.Join(more, "\n")
}

// add says whether it is news beside the others: an Envoy that may not have its resources may not
// send its figures either.
func (l *denials) add(d Denial) (news bool) {
	key := denialKey(d.all, d.Address, d.Node, d.Cluster, d.Asked)
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, o := range l.list {
		switch same := slices.Equal(o.all, d.all) && host(o.Address) == host(d.Address); {
		case same && d.Asked != "" && o.Asked == "":
			return false
		case same && d.Asked == "" && o.Asked != "":
			delete(l.list, k)
		}
	}
	if was := l.list[key]; was != nil {
		d.Times, d.Kept = was.Times, was.Kept || d.Kept
	} else if len(l.list) >= maxDenied {
		delete(l.list, l.worst())
	}
	if l.list == nil {
		l.list = map[string]*Denial{}
	}
	d.Times++
	l.list[key] = &d
	return true
}

// worst is the oldest of those of the certificate that has the most: one that comes as ever
// another node does not make the others forgotten.
func (l *denials) worst() (key string) {
	count := map[string]int{}
	for _, d := range l.list {
		count[strings.Join(d.all, " ")]++
	}
	var worst *Denial
	for k, d := range l.list {
		if worst == nil || cmp.Or(
			cmp.Compare(count[strings.Join(worst.all, " ")], count[strings.Join(d.all, " ")]), d.Last.Compare(worst.Last)) < 0 {
			key, worst = k, d
		}
	}
	return key
}

// drop removes the denials for which the function returns true.
func (l *denials) drop(so func(Denial) bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.list, func(_ string, d *Denial) bool { return so(*d) })
}

// Denied returns the clients that may not connect, the latest first.
func (s *Server) Denied() (all []Denial) {
	now := s.now()
	s.denials.drop(func(d Denial) bool { return now.Sub(d.Last) > rememberTime })
	s.denials.mu.Lock()
	defer s.denials.mu.Unlock()
	for _, d := range s.denials.list {
		all = append(all, *d)
	}
	slices.SortFunc(all, func(a, b Denial) int {
		return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Node, b.Node), cmp.Compare(a.Address, b.Address))
	})
	return all
}
