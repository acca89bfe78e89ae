package mtls

import (
	"errors"
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
