package xds

import "time"

// count counts Envoys: those connected, those of them that run what is served, and those that
// left, count and do not run it. Streams of one Envoy share a connection.
func (f *fleet) count(now time.Time) (connected, running, gone int) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	left := map[envoyAt]bool{}
	for _, d := range f.gone {
		if now.Sub(d.left) < f.options.GoneAfter && !d.live {
			left[envoyAt{d.id, d.address}] = true
		}
	}
	connected, running = f.envoys()
	return connected, running, len(left)
}

// envoyAt is one Envoy.
type envoyAt struct{ id, address string }

// envoys counts those connected, and those of them that run what is served. The caller holds f.mu.
func (f *fleet) envoys() (connected, running int) {
	behind := make(map[envoyAt]bool, len(f.clients))
	for c, live := range f.clients {
		n := envoyAt{c.id, c.address}
		behind[n] = behind[n] || !live
	}
	for _, b := range behind {
		if !b {
			running++
		}
	}
	return len(behind), running
}

// becameLive says whether the whole fleet is live and was not when it was asked before. If
// only those who left stand against that, again is when their time is over.
func (f *fleet) becameLive(now time.Time) (live bool, version string, again time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.told || f.running == 0 || f.running != len(f.clients) || f.running < f.options.Expect {
		return false, "", 0
	}
	if _, envoys := f.envoys(); f.options.Expect > 1 && envoys < f.options.Expect {
		return false, "", 0
	}
	for _, d := range f.gone {
		if left := f.options.GoneAfter - now.Sub(d.left); !d.live && left > 0 {
			again = max(again, left)
		}
	}
	f.told = again == 0
	return f.told, f.version, again
}
