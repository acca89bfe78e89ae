package xds

import (
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	rememberTime = time.Hour // how long an Envoy that left is shown
	maxGone      = 1000      // and how many of them
)

// Fleet is every Envoy that is connected or remembered, compared with what is served.
type Fleet struct {
	Version string // of what is served; "" for nothing
	// Live: every Envoy that counts runs what is served, of which there is at least one that
	// is connected, and as many as Options.Expect says.
	Live      bool
	Connected int // Envoys that are connected
	Running   int // of these, the ones that run what is served
	Gone      int // Envoys that left, count and do not run it
	Expect    int
	Nodes     []Node // connected ones by ID and address, then those that left
}

// fleet has the streams, and the Envoys that left.
type fleet struct {
	options Options

	turn atomic.Uint64 // counts the snapshots

	mu      sync.RWMutex
	clients map[*client]bool   // by stream: whether it runs what is served in this turn
	running int                // streams that do
	told    bool               // that all do
	version string             // of the snapshot of this turn
	latest  map[string]*client // by node ID, the one that connected last
	gone    []*departed        // the oldest first
	streams map[string]int     // by address
}

// departed is an Envoy that left. Its client no longer changes.
type departed struct {
	*client
	left time.Time
	live bool // it ran what is served in this turn
}

func newFleet(o Options) *fleet {
	return &fleet{options: o, clients: map[*client]bool{}, latest: map[string]*client{}, streams: map[string]int{}}
}

// add adds an Envoy whose first request has come. One that left with the same ID from the same
// host is no longer gone.
func (f *fleet) add(c *client) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clients[c] = false
	f.streams[c.address]++
	f.told = false
	same := func(d *departed) bool { return d.id == c.id && host(d.address) == host(c.address) }
	if i := slices.IndexFunc(f.gone, same); i >= 0 {
		address := f.gone[i].address // it may have had a stream for each type
		f.gone = slices.DeleteFunc(f.gone, func(d *departed) bool { return same(d) && d.address == address })
	}
}

// begin begins the turn of a new snapshot, which set makes the one that is served: nobody is
// known to run it, but of those who left ran says whether they did. It returns the streams.
func (f *fleet) begin(version string, set func(), ran func(*client) bool) []*client {
	f.mu.Lock()
	defer f.mu.Unlock()
	set()
	f.version = version
	f.turn.Add(1)
	f.running, f.told = 0, false
	all := make([]*client, 0, len(f.clients))
	for c := range f.clients {
		f.clients[c] = false
		all = append(all, c)
	}
	for _, d := range f.gone {
		d.live = ran(d.client)
	}
	return all
}

// all returns the streams, and the Envoys that left.
func (f *fleet) all(now time.Time) (clients []*client, gone []departed) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.forget(now)
	for c := range f.clients {
		clients = append(clients, c)
	}
	for _, d := range f.gone {
		gone = append(gone, *d)
	}
	return clients, gone
}

// found records whether c is live in a turn, which is the one from before c was looked at, and
// returns whether all streams are live with that. It is called by c's own goroutine.
func (f *fleet) found(c *client, turn uint64, live bool) (all bool) {
	if live == (c.ran == turn) {
		return false // what was found last, or not live in a new turn, as all begin it
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if was, ok := f.clients[c]; turn != f.turn.Load() || !ok || was == live {
		return false
	}
	f.clients[c] = live
	if live {
		c.ran = turn
		f.running++
	} else {
		c.ran = 0
		f.running--
		f.told = false
	}
	return f.running == len(f.clients)
}

// speaks records that a client sent a request. If another one with its ID connected after
// it, they are two Envoys: other is that one, the first time.
func (f *fleet) speaks(c *client, id string) (other *client) {
	f.mu.RLock()
	alone := f.latest[id] == c
	f.mu.RUnlock()
	if alone {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	latest := f.latest[id]
	if latest == nil || latest.since.Before(c.since) && latest.address != c.address {
		f.latest[id] = c
		return nil
	}
	if latest.address == c.address {
		return nil
	}
	return latest
}

// remove removes c, whose stream has ended; ran says whether it ran what is served. It is
// remembered unless another stream has taken its place.
func (f *fleet) remove(c *client, shared bool, ran func(*client) bool, now time.Time) (live, replaced bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	live = ran(c)
	latest := f.latest[c.id]
	if !f.leave(c) {
		return live, true
	}
	// One that connected long ago was an Envoy beside it all the time: it does not take its place.
	replaced = latest != nil && latest != c && !shared && host(latest.address) == host(c.address) &&
		now.Sub(latest.since) < deadTime
	if replaced || len(c.subs) == 0 {
		return live, true
	}
	f.gone = append(f.gone, &departed{c, now, live})
	f.forget(now)
	return live, false
}

// leave removes a stream, unless it was removed or never added. The caller holds f.mu.
func (f *fleet) leave(c *client) bool {
	if f.latest[c.id] == c { // it may have spoken after it left
		delete(f.latest, c.id)
	}
	live, ok := f.clients[c]
	if !ok {
		return false
	}
	if live {
		f.running--
	}
	delete(f.clients, c)
	if f.streams[c.address]--; f.streams[c.address] == 0 {
		delete(f.streams, c.address)
	}
	return true
}

// forget drops the Envoys that left long ago, and the oldest where there are too many.
func (f *fleet) forget(now time.Time) {
	keep := max(f.options.GoneAfter, rememberTime)
	f.gone = slices.DeleteFunc(f.gone, func(d *departed) bool { return now.Sub(d.left) > keep })
	f.gone = slices.Delete(f.gone, 0, max(0, len(f.gone)-maxGone))
}

func host(address string) string {
	h, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return h
}
