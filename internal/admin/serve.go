package admin

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	headerTime = 5 * time.Second  // for a request's headers to come
	readTime   = 15 * time.Second // for the whole of it
	writeTime  = time.Minute      // to answer it, and for the client to take the answer
	idleTime   = 2 * time.Minute  // without a request
	maxHeader  = 16 << 10         // bytes; net/http adds 4 KiB
	maxBody    = 32 << 20         // bytes
)

// Serve answers on lis until ctx is done, in TLS where config is given; requests under way get a second to end.
func Serve(ctx context.Context, log *slog.Logger, lis net.Listener, config *tls.Config, h http.Handler) error {
	bound := &conns{max: maxConns}
	s := &http.Server{
		Handler:   http.MaxBytesHandler(h, maxBody),
		ConnState: bound.state, MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		ErrorLog:  slog.NewLogLogger(&errorLog{Handler: log.Handler()}, slog.LevelWarn),
		Protocols: new(http.Protocols),
		// OPTIONS * is not for net/http to answer, before anybody has looked at who asks.
		DisableGeneralOptionsHandler: true,
	}
	s.Protocols.SetHTTP1(true)
	if config != nil {
		lis = tls.NewListener(lis, config)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(lis) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := s.Shutdown(grace); err != nil {
		_ = s.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
