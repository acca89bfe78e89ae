package live

import (
	"time"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/figures"
	"github.com/livefilter/livefilter/internal/xds"
)

// Out is what an Envoy said of the values that are out.
type Out struct {
	Node    string `json:"node"`    // its node.id
	Address string `json:"address"` // where it connects from
	// Heard is when the Envoy told last, which it does every 10 s; nil where it has not told yet, or
	// its bootstrap does not have it tell.
	Heard *time.Time `json:"heard"`
	// Values are the values that are out, in the order of the config.
	Values []figures.Out `json:"values"`
}

// Out lists the values that are out of each connected Envoy, by what it said last.
func (l *Live) Out() []Out { return l.OutOf(l.server.Fleet().Nodes) }

// OutOf is Out of the nodes of a Status, for which all Envoys need not be looked at again.
func (l *Live) OutOf(nodes []xds.Node) []Out {
	all := []Out{}
	for _, n := range nodes {
		if !n.Left.IsZero() {
			continue
		}
		o := Out{Node: n.ID, Address: n.Address, Values: []figures.Out{}}
		if told := l.figures.Out(n.Address); told != nil {
			o.Heard, o.Values = &told.Heard, told.Values
		}
		all = append(all, o)
	}
	return all
}

// serveFigures says whose figures are to be kept.
func (l *Live) serveFigures(c *config.Config) {
	var pools []figures.Pool
	for _, p := range c.Pools() {
		pool := figures.Pool{Filter: p.Filter, Header: p.Header}
		for i, label := range p.Labels {
			pool.Values = append(pool.Values, figures.Value{Label: label, Name: p.Names[i]})
		}
		pools = append(pools, pool)
	}
	upstreams, filters := c.Names()
	l.figures.Serve(upstreams, filters, pools...)
}

// Shares are how often the values of pools were chosen in the last minute, by all Envoys that tell.
func (l *Live) Shares() []figures.Share { return l.figures.Shares() }
