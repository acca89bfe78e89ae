package live

import (
	"reflect"

	"github.com/livefilter/livefilter/internal/config"
)

// admits refuses clients where nobody can show a certificate.
func (l *Live) admits(c *config.Config) error {
	if len(c.Clients) == 0 || l.Verified {
		return nil
	}
	const path = "clients"
	return config.Errors{{Position: c.Position(path), Path: path, Message: "needs the names of certificates, and the port that Envoys connect to " +
		"is plaintext: start the server with --tls-cert, --tls-key and --tls-client-ca, or leave clients out"}}
}

// admit makes the clients of c those who may connect.
func (l *Live) admit(c *config.Config) {
	if len(c.Clients) == 0 {
		l.server.Admit(nil)
	} else {
		l.server.Admit(c.Admit)
	}
	l.Log.Info("rules of clients are in force", "rules", len(c.Clients))
}

// clientsDiffer says whether others may connect by is than by was; nil is before the first config.
func clientsDiffer(was, is *config.Config) bool {
	if was == nil {
		return len(is.Clients) > 0
	}
	return !reflect.DeepEqual(was.Clients, is.Clients)
}
