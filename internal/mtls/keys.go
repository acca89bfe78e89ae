// Package mtls is TLS with a certificate on both sides, from files that change while it is in use.
//
// It shows one certificate, takes those of clients that are of one bundle of CAs, and speaks TLS 1.3 only.
// What it shows and takes is that of the files as they were together at one moment, see watch. Each
// handshake has the newest; connections that are open go on. Files that do not fit each other, or that
// nobody could use, change nothing: the last good ones go on.
package mtls

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/livefilter/livefilter/internal/identity"
	"github.com/livefilter/livefilter/internal/source"
	"github.com/livefilter/livefilter/internal/watch"
)

const (
	// maxBytes is how long a file may be. The bundle of all CAs that browsers trust has 200 kB.
	maxBytes = 1 << 20
	// mixtureTime is how long files may not fit each other before it is worth a line: those who renew
	// them write one after the other.
	mixtureTime = 3 * time.Second
)

// Files are PEM. Cert has the certificate that is shown, with those of the CAs between it and the root
// after it, Key the key to it, CA and MoreCAs the CAs whose certificates clients may show.
type Files struct {
	Cert, Key, CA string
	MoreCAs       []string
}

// Keys are what the files have. Its methods may be called from any goroutine.
type Keys struct {
	log     *slog.Logger
	files   Files
	source  *watch.Files
	now     func() time.Time
	current atomic.Pointer[loaded]
	refused refusals
	gate    gate

	mu    sync.Mutex
	wrong error // why the files are not what is current
	said  error // and what the log was told of it
}

// Open reads the files. Run is to be called, or they are not followed.
func Open(log *slog.Logger, files Files) (*Keys, error) {
	source, err := watch.New(log, maxBytes)
	if err != nil {
		return nil, err
	}
	l, err := load(files, os.ReadFile)
	if err != nil {
		return nil, err
	}
	k := &Keys{log: log, files: files, source: source, now: time.Now}
	k.refused.init()
	k.current.Store(l)
	return k, nil
}

// Run follows the files until ctx is done. It is called once.
func (k *Keys) Run(ctx context.Context) error {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		k.remind(ctx)
	}()
	err := k.source.Run(ctx, k.load)
	<-ended
	return err
}

// load takes the files as they are now, unless what is current is better.
func (k *Keys) load(read func(string) ([]byte, error)) error {
	l, err := load(k.files, read)
	if errors.Is(err, source.ErrChanged) {
		return err
	}
	was := k.current.Load()
	if err == nil {
		err = worse(l, was, k.now())
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wrong = err
	switch {
	case err != nil:
		time.AfterFunc(mixtureTime, func() { k.mention(err) })
		return err
	case !l.same(was):
		k.current.Store(l)
		k.log.Info("certificates loaded", "cert", k.files.Cert, "names", l.identity.String(),
			"not_after", l.identity.NotAfter.UTC().Format(time.RFC3339), "cas", len(l.cas))
	case k.said != nil:
		k.log.Info("certificate files are good again", "cert", k.files.Cert)
	}
	k.said = nil
	return nil
}

// mention logs why the files are not what is current, once, if that is so still.
func (k *Keys) mention(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !errors.Is(k.wrong, err) || k.said != nil && k.said.Error() == err.Error() {
		return
	}
	k.said = err
	k.log.Warn("certificate files refused, the last good ones stay in use", "err", err)
}

// OptionalConfig is for a server of HTTP/1 that judges requests itself: it lets clients in that show no
// certificate. One that is shown must be good.
func (k *Keys) OptionalConfig() *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return k.current.Load().http, nil },
	}
}

// worse says why what was goes on beside files that are whole: nobody would take the new certificate now,
// but the old one, or no client's certificate would be taken.
func worse(l, was *loaded, now time.Time) error {
	if words, over := identity.Ends(l.latestCA(), now); over {
		if _, over := identity.Ends(was.latestCA(), now); !over {
			return fmt.Errorf("%s: the CA of Envoys (%s) %s", l.files.CA, l.latestCA().Subject, words)
		}
	}
	for i, c := range l.chain {
		words, over := identity.Ends(c, now)
		if !over {
			continue
		}
		for _, c := range was.chain {
			if _, over := identity.Ends(c, now); over {
				return nil
			}
		}
		what := "the certificate"
		if i > 0 {
			what = fmt.Sprintf("certificate %d (%s)", i+1, c.Subject)
		}
		return fmt.Errorf("%s: %s %s", l.files.Cert, what, words)
	}
	return nil
}
