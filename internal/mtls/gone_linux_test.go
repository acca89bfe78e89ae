package mtls

import (
	"net"
	"testing"
	"time"
)

func TestGone(t *testing.T) {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer lis.Close()
	client, err := net.Dial("tcp", lis.Addr().String())
	must(t, err)
	conn, err := lis.Accept()
	must(t, err)
	defer conn.Close()
	_, err = client.Write([]byte("not read"))
	must(t, err)
	if gone(conn) {
		t.Error("it is gone at once")
	}
	must(t, client.Close())
	eventually(t, "it is gone", func() bool { return gone(conn) })
}

// A client that gave up while it waited costs no handshake.
func TestAClientThatGaveUp(t *testing.T) {
	r := newRig(t)
	guests, _ := fill(t, &r.keys.gate)
	client, err := net.Dial("tcp", r.lis.Addr().String())
	must(t, err)
	_, err = client.Write([]byte{22})
	must(t, err)
	eventually(t, "it waits", func() bool {
		r.keys.gate.mu.Lock()
		defer r.keys.gate.mu.Unlock()
		return len(r.keys.gate.waiting) == 1
	})
	must(t, client.Close())
	time.Sleep(2 * waitedTime) // long enough to be asked
	for _, x := range guests {
		r.keys.gate.leave(x)
	}
	eventually(t, "a line", func() bool { return r.log.count("the client gave up") == 1 })
}
