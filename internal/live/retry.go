package live

import (
	"context"
	"errors"
	"slices"

	"github.com/livefilter/livefilter/internal/xds"
)

// Retried is what came of a Retry.
type Retried struct {
	// Version is what is served now.
	Version string `json:"version"`
	// Error is why the file on disk is not what is served; nil where it is.
	Error *string `json:"error"`
	// Envoys is how many Envoys are sent again what they sent a NACK for.
	Envoys int `json:"envoys"`
}

// Retry loads the config now, changed or not, and has the Envoys try again what they refused.
// It returns when that load is done. reason is for the log.
func (l *Live) Retry(ctx context.Context, reason string) (Retried, error) {
	a := l.ask(reason)
	select {
	case envoys := <-a.result:
		return l.retried(envoys), nil
	case <-ctx.Done():
		return Retried{}, ctx.Err()
	case <-l.ended:
		return Retried{}, errors.New("the server is stopping")
	}
}

func (l *Live) retried(envoys int) Retried {
	r := Retried{Envoys: envoys}
	if s := l.server.Snapshot(); s != nil {
		r.Version = s.Version
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		text := l.err.Error()
		r.Error = &text
	}
	return r
}

// retryEnvoys has the Envoys try again what they refused, and returns how many that are.
func (l *Live) retryEnvoys() (envoys int) {
	for _, n := range l.server.Fleet().Nodes {
		if n.Left.IsZero() && fails(n) {
			envoys++
		}
	}
	if envoys > 0 {
		l.server.Retry()
		l.Log.Info("NACKed resources are sent again", "envoys", envoys)
	}
	return envoys
}

func refuses(n xds.Node) bool {
	return slices.ContainsFunc(n.Resources, func(r xds.TypeStatus) bool { return r.Refused })
}

// fails says whether n refused or did not answer something.
func fails(n xds.Node) bool {
	return slices.ContainsFunc(n.Resources, func(r xds.TypeStatus) bool { return len(r.Names) > 0 })
}
