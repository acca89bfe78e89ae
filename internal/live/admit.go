package live

import (
	"reflect"

	"github.com/livefilter/livefilter/internal/config"
)

// admits refuses rules that the port could not hold anybody to.
func (l *Live) admits(c *config.Config) error {
	if l.Verified {
		return nil
	}
	return c.OnPlaintext()
}

// admit makes the clients of c those who may connect.
func (l *Live) admit(c *config.Config) {
	l.server.Admit(c.Admit)
	l.Log.Info("client rules are in force", "rules", len(c.Clients))
}

// clientsDiffer says whether others may connect by is than by was; nil is before the first config.
func clientsDiffer(was, is *config.Config) bool {
	if was == nil {
		return len(is.Clients) > 0
	}
	return !reflect.DeepEqual(was.Clients, is.Clients)
}
