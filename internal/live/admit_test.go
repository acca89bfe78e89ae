package live

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// verified is a port on which everybody shows a certificate, as far as Live knows: those of these
// tests show none, so that clients keeps out everybody.
func verified(o *Options) { o.Verified = true }

const keepsOut = "clients: [{name: edge.example}]\n"

// Rules need certificates: where there are none, the config is refused at their line.
func TestClientsNeedCertificates(t *testing.T) {
	s := open(t, withValue("one")+"clients:\n  - name: a.example\n")
	err := s.Run(t.Context())
	if want := "f.yaml:4:3: clients: needs the names of certificates, and the port"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s…", err, want)
	}
	s = start(t, withValue("one"))
	s.files.save(withValue("two") + keepsOut)
	if st := s.Status(); st.Error == nil || !strings.HasPrefix(*st.Error, "f.yaml:3:10: clients: needs") || st.Clients != nil {
		t.Errorf("got %+v", st)
	}
}

// An edit of clients alone is served, although nothing is sent, and another way round.
func TestAnEditOfClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { anEditOfClients(t) })
}

func anEditOfClients(t *testing.T) {
	s := start(t, withValue("one"), verified)
	s.connect("a", "f")
	s.live(1)
	version := s.Status().Version
	s.files.save(withValue("one") + keepsOut)
	eventually(t, "it is thrown out", func() bool { return s.Status().Connected == 0 })
	st := s.Status()
	if st.Version != version || len(st.Nodes) != 0 || st.Gone != 0 || len(st.Clients) != 1 || st.Clients[0] != "edge.example may be any node" {
		t.Errorf("got %+v", st)
	}
	eventually(t, "it is shown", func() bool {
		st := s.Status()
		return len(st.Denied) == 1 && st.Denied[0].Node == "a" && st.Denied[0].Kept
	})
	if n := s.log.count("client rules are in force", "rules=1"); n != 1 {
		t.Errorf("%d lines about it", n)
	}
	s.files.save(broken)
	if s.Status().Clients == nil {
		t.Error("a broken file lets them in again")
	}
	s.files.save(withValue("one"))
	s.connect("a", "f")
	s.live(1)
	if st := s.Status(); st.Clients != nil || st.Denied != nil {
		t.Errorf("got %+v", st)
	}
	must(t, s.end())
}

// What became of an edit of clients alone is that Envoys run what was served before it.
func TestWhatBecameOfClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, withValue("one")+keepsOut, verified)
		s.files.save(withValue("one"))
		if e := s.History().Entries[0]; e.N != 2 || e.Envoys != 0 || !e.Live.IsZero() {
			t.Errorf("%+v", e)
		}
		s.connect("a", "f")
		s.live(1)
		if e := s.History().Entries[0]; !e.Now || e.Envoys != 1 || e.Running != 1 || e.Live.IsZero() {
			t.Errorf("%+v", e)
		}
		s.files.save(withValue("two"))
		s.live(1)
		if e := s.History().Entries[1]; e.N != 2 || e.Now || e.Envoys != 1 || e.Running != 1 {
			t.Errorf("%+v", e)
		}
		must(t, s.end())
	})
}

// A start over a broken file lets in nobody whom an edit threw out, also where nothing else changed.
func TestRecallKeepsOut(t *testing.T) {
	with, kept := state(t)
	synctest.Test(t, func(t *testing.T) {
		s := start(t, withValue("one"), with, verified)
		s.connect("a", "f")
		s.live(1)
		eventually(t, "kept", func() bool { return kept() != nil })
		s.files.save(withValue("one") + keepsOut)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if !strings.Contains(string(kept().Contents["f.yaml"]), keepsOut) {
			t.Error("the rules are not kept")
		}
		must(t, s.end())

		s = start(t, broken, with, verified)
		if st := s.Status(); len(st.Clients) != 1 {
			t.Errorf("recalled: %+v", st)
		}
		must(t, s.end())

		// An edit while nobody serves, and before any Envoy is there.
		s = start(t, withValue("one")+"clients: [{name: other.example}]\n", with, verified)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		must(t, s.end())
		if !strings.Contains(string(kept().Contents["f.yaml"]), "other.example") {
			t.Error("the rules of another start are not kept")
		}

		plain := open(t, broken, with)
		if err := plain.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "clients: needs the names of certificates") {
			t.Errorf("without certificates: %v", err)
		}
	})
}

// Nor does it where the edit that threw somebody out has proven itself on no Envoy, and an older config is served.
func TestRecallKeepsOutOfAnOlderConfig(t *testing.T) {
	with, kept := state(t)
	synctest.Test(t, func(t *testing.T) {
		s := start(t, withValue("one"), with, verified)
		s.connect("a", "f")
		s.live(1)
		version := s.Status().Version
		eventually(t, "kept", func() bool { return kept() != nil })
		s.files.save(withValue("two") + keepsOut)
		eventually(t, "it is thrown out", func() bool { return s.Status().Connected == 0 })
		time.Sleep(2 * time.Second)
		synctest.Wait()
		must(t, s.end())

		for range 2 {
			s = start(t, broken, with, verified)
			if st := s.Status(); len(st.Clients) != 1 || st.Version != version {
				t.Errorf("recalled: %+v", st)
			}
			time.Sleep(2 * time.Second)
			synctest.Wait()
			must(t, s.end())
		}

		s = start(t, withValue("three"), with, verified) // everybody may connect again, and none does
		time.Sleep(2 * time.Second)
		synctest.Wait()
		must(t, s.end())
		s = start(t, broken, with, verified)
		if st := s.Status(); len(st.Clients) != 0 || st.Version != version {
			t.Errorf("recalled: %+v", st)
		}
		must(t, s.end())
	})
}
