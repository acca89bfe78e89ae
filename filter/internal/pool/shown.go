package pool

import (
	"slices"
	"time"

	"github.com/livefilter/livefilter/filter/internal/host"
)

// shownForever is what the gauge of a value says that is out until the configuration changes.
const shownForever = 9999999999

// show sets the gauge of a value whose entry in the shared data says until: to the second since 1970 at which it is
// back, 0 for one that is in.
func (p *Pool) show(value int, until int64) {
	second := int64(0)
	switch {
	case until == p.untilEdited():
		second = shownForever
	case until != 0:
		now := p.clocks.Monotonic()
		if until >= forever { // and the configuration did change: the next request tries
			until = now
		}
		second = p.clocks.Wall() + (until-now+int64(time.Second)-1)/int64(time.Second)
	}
	v := p.values[value]
	if v.outUntil == 0 {
		v.outUntil = host.DefineGauge(p.counts.prefix + "value." + v.name + ".out_until")
	}
	v.outUntil.Set(uint64(second))
}

// showAll brings the gauges up to date that this VM has, and with all those of other VMs, too: a value's gauge goes by
// its place, or by its alias, which an edit changes. Without evictions nothing is out.
func (p *Pool) showAll(all bool) {
	for i, key := range p.keys {
		v := p.values[i]
		if v.outUntil == 0 && !all {
			continue
		}
		data, _ := host.SharedData(key)
		if until := number(data); v.outUntil != 0 || until != 0 {
			p.show(i, until)
		}
	}
	for _, known := range [][]*valueCounts{p.counts.values, p.counts.named} {
		for _, v := range known {
			if v != nil && v.outUntil != 0 && (p.keys == nil || !slices.Contains(p.values, v)) {
				v.outUntil.Set(0)
			}
		}
	}
}
