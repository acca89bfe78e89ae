package main

import (
	"errors"
	"net"
	"strings"
	"testing"
)

type failing struct {
	net.Listener
	err error
}

func (f failing) Accept() (net.Conn, error) { return nil, f.err }
func (failing) Addr() net.Addr              { return &net.TCPAddr{Port: 18000} }

func TestAcceptErrorsAreLogged(t *testing.T) {
	log := &logged{}
	logger, err := newLogger("info", "text", log)
	if err != nil {
		t.Fatal(err)
	}
	lis := &acceptLog{Listener: failing{err: errors.New("too many open files")}, log: logger}
	for range 3 {
		_, _ = lis.Accept()
	}
	lis.Listener = failing{err: net.ErrClosed}
	_, _ = lis.Accept()
	if s := log.await(t, "(?s).*")[0]; strings.Count(s, "\n") != 1 || !strings.Contains(s, `level=ERROR msg="no connection can be taken" xds_address=:18000 err="too many open files"`) {
		t.Error(s)
	}
}
