package mtls

import (
	"net"
	"sync/atomic"
	"time"
)

// begun is a connection whose first bytes have been read. It knows how long one has waited for more.
type begun struct {
	net.Conn
	begin []byte       // what is left of the first bytes
	since atomic.Int64 // when the wait that goes on began, in ns; 0: there is none
	spent atomic.Int64 // all waits before, in ns
}

func (b *begun) Read(p []byte) (int, error) {
	if len(b.begin) > 0 {
		n := copy(p, b.begin)
		b.begin = b.begin[n:]
		return n, nil
	}
	start := time.Now()
	b.since.Store(start.UnixNano())
	n, err := b.Conn.Read(p)
	b.spent.Add(int64(time.Since(start)))
	b.since.Store(0)
	return n, err
}

// blocked is how long one has waited in all.
func (b *begun) blocked() time.Duration {
	spent := time.Duration(b.spent.Load())
	if since := b.since.Load(); since != 0 {
		spent += time.Since(time.Unix(0, since))
	}
	return spent
}
