package xds

import (
	"context"
	"errors"
	"log/slog"

	grpcstatus "google.golang.org/grpc/status"
)

// tell logs an event and passes it on.
func (s *Server) tell(e Event) {
	switch e.Kind {
	case Connected:
		s.moved(slog.LevelInfo, "envoy connected", e, "envoy", e.Version)
		if e.Unfit == "" {
			break
		}
		if _, ok := s.unfit.Allow(e.Node, s.now()); ok { // it comes back
			s.moved(slog.LevelWarn, "envoy cannot run what it is sent", e, "envoy", e.Version, "err", e.Unfit)
		}
	case Disconnected:
		if e.Behind {
			s.moved(slog.LevelWarn, "envoy disconnected and does not run what is served", e)
		} else {
			s.moved(slog.LevelInfo, "envoy disconnected", e)
		}
	}
	s.notify(e)
}

// moved logs that an Envoy connected or disconnected.
func (s *Server) moved(level slog.Level, what string, e Event, more ...any) {
	before, ok := s.moves.Allow(what+" "+host(e.Address), s.now())
	if !ok {
		return
	}
	if before > 0 {
		more = append(more, "before", before)
	}
	s.log.Log(context.Background(), level, what, append([]any{"node", e.Node, "address", e.Address}, more...)...) //nolint:sloglint // what is one of three
}

// refused logs the end of a stream whose request cannot be served: once a minute for each reason
// and host, since clients reconnect.
func (s *Server) refused(c *client, err error) {
	if d := (*denied)(nil); errors.As(err, &d) {
		s.bar(c, d)
		return
	}
	kind := grpcstatus.Code(err).String() + " " + host(c.address)
	if before, ok := s.refusals.Allow(kind, s.now()); ok {
		s.log.Warn("stream refused", "node", c.id, "address", c.address, "err", err, "before", before)
	}
}

// found records whether a client runs what was served in a turn.
func (s *Server) found(c *client, turn uint64, live bool) {
	if s.fleet.found(c, turn, live) {
		s.settle()
	}
}

// settle reports that all Envoys that count run what is served, once they do.
func (s *Server) settle() {
	live, version, again := s.fleet.becameLive(s.now())
	if again > 0 {
		s.later.Reset(again) // somebody left, and counts until then
	}
	if live {
		s.tell(Event{Kind: Live, Version: version})
	}
}

// closed handles the end of a stream.
func (s *Server) closed(c *client) {
	c.mu.Lock()
	shared := c.other != ""
	c.mu.Unlock()
	live, replaced := s.fleet.remove(c, shared, s.runs, s.now())
	if c.known {
		s.tell(Event{Kind: Disconnected, Node: c.id, Address: c.address, Behind: !live && !replaced})
	}
	s.settle()
}

// runs says whether a client whose stream has ended ran what is served now.
func (s *Server) runs(c *client) bool {
	snapshot := s.memory.snapshot()
	return snapshot == nil || s.view(c, snapshot).live()
}

// shared logs that two Envoys have the same node ID: logs and figures cannot tell them apart.
func (s *Server) shared(c, other *client) {
	for _, pair := range [][2]*client{{c, other}, {other, c}} {
		pair[0].mu.Lock()
		first := pair[0].other == ""
		pair[0].other = pair[1].address
		pair[0].mu.Unlock()
		if first && pair[0] == c {
			s.log.Warn("two Envoys have the same node ID: give each its own",
				"node", c.id, "address", c.address, "other", other.address)
		}
	}
}

// logSent logs a response, and what in it is sent for another time.
func (s *Server) logSent(out *outgoing, e Event) {
	s.log.Debug("sent", "node", e.Node, "type_url", e.TypeURL, "version", e.Version, "nonce", e.Nonce)
	for _, p := range out.puts {
		switch name := p.offer.resource.ref.Name; {
		case p.again:
			s.log.Info("NACKed resource is sent again", "node", e.Node, "type_url", e.TypeURL, "name", name)
		case p.restore:
			s.log.Info("previous resource is sent again", "node", e.Node, "type_url", e.TypeURL, "name", name)
		}
	}
}
