package live

import (
	"context"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// inBubble runs test on a clock that moves when everything waits.
func inBubble(t *testing.T, text string, test func(t *testing.T, s *stage)) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, text)
		test(t, s)
		must(t, s.end())
	})
}

func TestAnUnknownHostIsTriedAgain(t *testing.T) {
	inBubble(t, withHost("there.example"), func(t *testing.T, s *stage) {
		s.dns.set("new.example", true)
		s.files.save(withHost("new.example"))
		edits, begin := len(s.Edits()), time.Now()
		for i, at := range []time.Duration{1, 3, 7, 15, 31, 63, 123, 183} { // seconds: doubled, up to a minute
			time.Sleep(time.Until(begin.Add(at*time.Second - time.Millisecond)))
			synctest.Wait()
			if n := s.log.count("config is loaded again", "reason=back-off"); n != i {
				t.Fatalf("%d tries before %d s, want %d", n, at, i)
			}
			time.Sleep(2 * time.Millisecond)
			synctest.Wait()
			if n := s.log.count("config is still refused"); n != i+1 {
				t.Fatalf("%d tries after %d s, want %d", n, at, i+1)
			}
		}
		if n := len(s.Edits()); n != edits {
			t.Errorf("tries that change nothing are %d edits", n-edits)
		}
		s.dns.set("new.example", false)
		time.Sleep(time.Minute)
		synctest.Wait()
		if st := s.Status(); st.Error != nil || s.log.count("config is served") != 2 {
			t.Errorf("DNS knows the host, and the edit is not served: %+v", st)
		}
		tries := s.log.count("config is loaded again")
		time.Sleep(time.Hour)
		if s.log.count("config is loaded again") != tries {
			t.Error("what is served is tried again")
		}
		// What was waited for is over, and does not count as the time that the edit took.
		edits = len(s.Edits())
		if e := s.Edits()[edits-1]; e.Set.Sub(e.Saved) > time.Second {
			t.Errorf("the edit took %v", e.Set.Sub(e.Saved))
		}
	})
}

func TestAMistakeIsNotTriedAgain(t *testing.T) {
	inBubble(t, withHost("there.example"), func(t *testing.T, s *stage) {
		s.dns.set("new.example", true)
		s.files.save(withHost("new.example"))
		s.files.save(broken) // and what waited before is given up
		time.Sleep(time.Hour)
		if s.log.count("config is loaded again") != 0 {
			t.Error("the same bytes cannot be better")
		}
	})
}

func TestAFileThatCannotBeReadIsTriedAgain(t *testing.T) {
	inBubble(t, withHost("there.example"), func(t *testing.T, s *stage) {
		for _, reason := range []error{syscall.EMFILE, syscall.EACCES} {
			s.files.fail(reason)
			s.files.touch()
			if s.Status().Error == nil {
				t.Fatal("not refused")
			}
			s.files.fail(nil)
			time.Sleep(time.Second)
			synctest.Wait()
			if st := s.Status(); st.Error != nil {
				t.Errorf("%v is gone: %s", reason, *st.Error)
			}
		}
	})
}

// An edit, a touch or a person start the back-off anew.
func TestBackOffStartsAnew(t *testing.T) {
	for name, act := range map[string]func(s *stage){
		"an edit": func(s *stage) { s.files.save(withHost("other.example")) },
		"a touch": func(s *stage) { s.files.touch() },
		"a person": func(s *stage) {
			if _, err := s.Retry(s.t.Context(), "test"); err != nil {
				s.t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, withHost("there.example"), func(t *testing.T, s *stage) {
				s.dns.set("new.example", true)
				s.dns.set("other.example", true)
				s.files.save(withHost("new.example"))
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				act(s)
				tries := s.log.count("reason=back-off")
				time.Sleep(time.Second)
				synctest.Wait()
				if n := s.log.count("reason=back-off") - tries; n != 1 {
					t.Errorf("%d tries in the second after it", n)
				}
			})
		})
	}
}

func TestRetry(t *testing.T) {
	s := start(t, withHost("there.example"))
	s.dns.set("new.example", true)
	s.files.save(withHost("new.example"))
	r, err := s.Retry(t.Context(), "SIGHUP")
	if err != nil || r.Error == nil || r.Version != s.Status().Version || s.log.count("config is loaded again", "reason=SIGHUP") != 1 {
		t.Errorf("got %+v, %v", r, err)
	}
	s.dns.set("new.example", false)
	before := r.Version
	if r, err = s.Retry(t.Context(), "SIGHUP"); err != nil || r.Error != nil || r.Version == before || r.Version != s.Status().Version {
		t.Errorf("got %+v, %v", r, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Retry(ctx, "test"); err == nil {
		t.Error("nobody waits any more, and it was done")
	}
}

// Envoys are asked again at once by a person or a touch.
func TestEnvoysTryAgain(t *testing.T) {
	inBubble(t, withValue("one"), func(t *testing.T, s *stage) {
		e := s.connect("a", "f")
		s.connect("b", "f")
		s.live(2)
		if r, err := s.Retry(t.Context(), "test"); err != nil || r.Envoys != 0 {
			t.Errorf("nothing is refused: %+v, %v", r, err)
		}
		e.refuses("no", ecds)
		s.files.save(withValue("two"))
		eventually(t, "refused", func() bool { return s.log.count("envoy sent a NACK") >= 2 })
		again := s.log.count("envoy sent a NACK again")
		if r, err := s.Retry(t.Context(), "test"); err != nil || r.Envoys != 1 {
			t.Errorf("got %+v, %v", r, err)
		}
		eventually(t, "refused again", func() bool { return s.log.count("envoy sent a NACK again") > again })
		e.refuses("", ecds)
		s.files.touch()
		if s.log.count("config is loaded again", "reason=touch") != 1 {
			t.Error("a touch is no reason to try again")
		}
		s.live(2)
	})
}
