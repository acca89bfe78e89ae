package live

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/source"
	"github.com/livefilter/livefilter/internal/xds"
)

func TestAnEditBecomesLive(t *testing.T) {
	inBubble(t, withValue("one"), func(t *testing.T, s *stage) {
		if st := s.Status(); st.Live || st.Error != nil || st.Version == "" || st.Nodes == nil {
			t.Errorf("with no Envoy: %+v", st)
		}
		s.connect("a", "f")
		s.connect("b", "f")
		s.live(2)
		before := s.Status().Version

		s.files.save(withValue("two"))
		s.live(2)
		if now := s.Status().Version; now == before {
			t.Error("the version is the same")
		}
		eventually(t, "the edit is recorded", func() bool {
			edits := s.Edits()
			e := edits[len(edits)-1]
			return len(edits) == 2 && e.Envoys == 2 && e.Running == 2 && !e.Live.IsZero() &&
				slices.Equal(e.Changed, []string{ecds}) && len(e.Answers) == 2
		})
		if s.log.count("config is live") != 2 {
			t.Error("the log does not say that both are live")
		}
	})
}

func TestTheFirstLoad(t *testing.T) {
	for text, want := range map[string]string{
		broken:                   "f.yaml:1:1: upstreams: is required",
		withHost("gone.example"): "",
	} {
		s := open(t, text)
		s.dns.set("gone.example", true)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-s.Ready()
			cancel()
		}()
		err := s.Run(ctx)
		if want == "" {
			must(t, err)
			if s.log.count("cannot resolve gone.example") != 1 {
				t.Error("no warning of a host that is not there at the start")
			}
			continue
		}
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		select {
		case <-s.Ready():
			t.Error("ready with nothing to serve")
		default:
			close(s.ready) // lets the other goroutine go
		}
	}
}

func TestARefusedEditIsMended(t *testing.T) {
	inBubble(t, withValue("one"), func(t *testing.T, s *stage) {
		s.connect("a", "f")
		s.live(1)
		version := s.Status().Version
		s.files.save(broken)
		st := s.Status()
		if st.Live || st.Pending || st.Version != version || st.Error == nil || !strings.Contains(*st.Error, "upstreams: is required") {
			t.Errorf("refused: %+v", st)
		}
		edits := s.Edits()
		if e := edits[len(edits)-1]; !strings.Contains(e.Error, "is required") || e.Version != version || e.Envoys != 0 {
			t.Errorf("recorded as %+v", e)
		}
		if s.figure("livefilter_config_last_reload_successful") != 0 {
			t.Error("the metric says that the file is served")
		}
		s.files.save(withValue("two"))
		s.live(1)
		if s.figure("livefilter_config_last_reload_successful") != 1 {
			t.Error("the metric says that the file is not served")
		}
	})
}

func TestAnEditThatMeansTheSameSendsNothing(t *testing.T) {
	inBubble(t, withValue("one"), func(t *testing.T, s *stage) {
		s.connect("a", "f")
		s.live(1)
		version, edits := s.Status().Version, len(s.Edits())
		s.files.save("# a comment\n" + withValue("one"))
		if st := s.Status(); !st.Live || st.Version != version || len(s.Edits()) != edits {
			t.Errorf("got %+v", st)
		}
		if s.log.count("nothing is sent") != 1 {
			t.Error("the log does not say so")
		}
	})
}

func TestWhatIsNotSettledIsNotLive(t *testing.T) {
	inBubble(t, withValue("one"), func(t *testing.T, s *stage) {
		s.connect("a", "f")
		s.live(1)
		s.files.unsettle("f.yaml is open for writing")
		if st := s.Status(); st.Live || !st.Pending || *st.Error != "f.yaml is open for writing" {
			t.Errorf("got %+v", st)
		}
	})
}

func TestANackIsTold(t *testing.T) {
	inBubble(t, withValue("one"), func(t *testing.T, s *stage) {
		e := s.connect("a", "f")
		s.live(1)
		e.refuses("Unable to create Wasm plugin f", ecds)
		s.files.save(withValue("two"))
		eventually(t, "the NACK is told", func() bool {
			st := s.Status()
			if st.Live || len(st.Nodes) != 1 {
				return false
			}
			i := slices.IndexFunc(st.Nodes[0].Resources, func(r xds.TypeStatus) bool { return r.Refused })
			return i >= 0 && st.Nodes[0].Resources[i].Source == "f.yaml:1:11: filters[0]"
		})
		edits := s.Edits()
		if e := edits[len(edits)-1]; e.Refused == 0 || !e.Live.IsZero() {
			t.Errorf("recorded as %+v", e)
		}
		s.files.save(withValue("one"))
		e.refuses("")
		s.files.save(withValue("three"))
		s.live(1)
	})
}

func TestHostsOfEdits(t *testing.T) {
	s := start(t, withHost("there.example"))
	s.dns.set("gone.example", true)
	version := s.Status().Version
	s.files.save(withHost("gone.example"))
	if st := s.Status(); st.Version != version || st.Error == nil || !strings.Contains(*st.Error, "DNS knows no host gone.example") {
		t.Errorf("a host that is not there: %+v", st)
	}
	s.files.save(withHost("silent.example"))
	if st := s.Status(); st.Version == version || st.Error != nil || s.log.count("cannot resolve silent.example") != 1 {
		t.Errorf("a host that DNS does not answer for: %+v", st)
	}
	s.dns.set("silent.example", true)
	s.files.save(withHost("silent.example") + "# what is served is not asked for again\n")
	if st := s.Status(); st.Error != nil {
		t.Errorf("a host that is served: %s", *st.Error)
	}
}

// What a source says is out of date already is no config, good or bad, and whoever asked for
// a load gets the next one.
func TestASupersededLoad(t *testing.T) {
	inBubble(t, withValue("one"), func(t *testing.T, s *stage) {
		edits := len(s.Edits())
		s.files.fail(&fs.PathError{Op: "read", Path: "f.yaml", Err: source.ErrChanged})
		s.files.save(withValue("two"))
		retried := make(chan Retried)
		go func() {
			r, err := s.Retry(t.Context(), "test")
			if err != nil {
				t.Error(err)
			}
			retried <- r
		}()
		eventually(t, "a load for it", func() bool { return s.log.count("reason=test") > 0 })
		if st := s.Status(); st.Error != nil || len(s.Edits()) != edits {
			t.Errorf("got %+v", st)
		}
		s.files.fail(nil)
		s.files.touch()
		if r := <-retried; r.Error != nil || r.Version != s.Status().Version || len(s.Edits()) != edits+1 {
			t.Errorf("got %+v", r)
		}
	})
}

// The end may come while a config is being prepared: that is no refusal.
func TestTheEndDuringALoad(t *testing.T) {
	s := open(t, withHost("a.example"))
	ctx, cancel := context.WithCancel(t.Context())
	s.Lookup = func(context.Context, string) ([]string, error) {
		cancel()
		return nil, ctx.Err()
	}
	must(t, s.Run(ctx))
	if _, err := s.Retry(t.Context(), "late"); err == nil {
		t.Error("a retry after the end was done")
	}
	if s.log.count("level=ERROR") != 0 {
		t.Error("the end was taken for an error")
	}
}

func (s *stage) figure(name string) float64 {
	s.t.Helper()
	families, err := s.Metrics().Gather()
	must(s.t, err)
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	s.t.Fatalf("no metric %s", name)
	return 0
}
