package mtls

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/livefilter/livefilter/internal/certs"
)

// Envoys of a mesh have certificates of another CA than the others.
func TestSeveralFilesOfCAs(t *testing.T) {
	r := newRig(t)
	files, mesh := r.files(), newCA(t, "mesh")
	files.MoreCAs = []string{filepath.Join(r.dir, "mesh.pem")}
	if _, err := load(files, os.ReadFile); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without the second file: %v", err)
	}
	must(t, os.WriteFile(files.MoreCAs[0], mesh.PEM(), 0o600))
	l, err := load(files, os.ReadFile)
	must(t, err)
	r.keys.current.Store(l)
	for _, ca := range []*certs.CA{r.ca, mesh} {
		_, err := r.hello(r.client(issue(t, ca, certs.Leaf{Use: certs.Client})))
		must(t, err)
	}
}

// Nobody comes back by a ticket: what has ended or was taken out meanwhile would not be looked at.
func TestNothingIsResumed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	pair := issue(t, r.ca, certs.Leaf{Use: certs.Client})
	server := tls.NewListener(listener(t), r.keys.OptionalConfig())
	go func() {
		for {
			conn, err := server.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("hello"))
			_ = conn.Close()
		}
	}()
	for _, address := range []string{r.lis.Addr().String(), server.Addr().String()} {
		c := r.client(pair)
		c.NextProtos = []string{"h2", "http/1.1"} // each server takes one of them
		c.ClientSessionCache = tls.NewLRUClientSessionCache(1)
		for range 3 {
			conn, err := tls.Dial("tcp", address, c)
			must(t, err)
			_, err = io.ReadFull(conn, make([]byte, 5))
			must(t, err)
			if conn.ConnectionState().DidResume {
				t.Error("a session is resumed")
			}
			_ = conn.Close()
		}
	}
}

func listener(t *testing.T) net.Listener {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = lis.Close() })
	return lis
}
