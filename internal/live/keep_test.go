package live

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/livefilter/livefilter/internal/lastgood"
	"github.com/livefilter/livefilter/internal/xds"
)

func TestProven(t *testing.T) {
	live := xds.Node{Live: true}
	refusing := xds.Node{Resources: []xds.TypeStatus{{}, {Refused: true}}}
	silent := xds.Node{Resources: []xds.TypeStatus{{}}}
	for name, tt := range map[string]struct {
		nodes  []xds.Node
		served time.Duration
		want   bool
	}{
		"no Envoy":                         {nil, time.Hour, false},
		"all run it":                       {[]xds.Node{live, live}, 0, true},
		"one is silent":                    {[]xds.Node{live, live, silent}, time.Second, false},
		"one is silent for long":           {[]xds.Node{live, live, silent}, answerTime, true},
		"one is different":                 {[]xds.Node{live, live, refusing}, 0, true},
		"as many refuse it":                {[]xds.Node{live, refusing}, time.Hour, false},
		"all refuse it":                    {[]xds.Node{refusing}, time.Hour, false},
		"one refuses, the other is silent": {[]xds.Node{refusing, silent}, time.Hour, false},
	} {
		if got := proven(tt.nodes, tt.served); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// state is a folder for several servers, one after the other.
func state(t *testing.T) (with func(*Options), kept func() *lastgood.Config) {
	dir, err := lastgood.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, dir.Close()) })
	return func(o *Options) { o.State = dir }, func() *lastgood.Config {
		c, err := dir.Load()
		must(t, err)
		return c
	}
}

// Two of three Envoys run the second config, the third is frozen. A server that starts over a
// broken third one must not take the two back to the first.
func TestAStartTakesNobodyBack(t *testing.T) {
	with, kept := state(t)
	synctest.Test(t, func(t *testing.T) {
		s := start(t, withValue("one"), with)
		s.connect("a", "f")
		s.connect("b", "f")
		frozen := s.connect("c", "f")
		s.live(3)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		first := s.Status().Version
		if kept().Version != first {
			t.Fatal("the first is not kept")
		}
		frozen.freeze()
		s.files.save(withValue("two"))
		second := s.Status().Version
		s.files.save(broken) // what is kept is what is served, whatever became of the file
		time.Sleep(answerTime / 2)
		if kept().Version != first {
			t.Error("the third has had no time to answer")
		}
		time.Sleep(answerTime)
		synctest.Wait()
		if kept().Version != second {
			t.Error("the first is still the one that is kept")
		}
		must(t, s.end())

		again := start(t, broken, with)
		if st := again.Status(); st.Version != second || st.Error == nil {
			t.Errorf("got %+v", st)
		}
		must(t, again.end())
	})
}

func TestARefusedConfigIsNotKept(t *testing.T) {
	with, kept := state(t)
	synctest.Test(t, func(t *testing.T) {
		s := start(t, withValue("one"), with)
		e := s.connect("a", "f")
		s.live(1)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		first := kept().Version
		e.refuses("no", ecds)
		s.files.save(withValue("two"))
		time.Sleep(time.Hour)
		if kept().Version != first {
			t.Error("a config that the only Envoy refuses is kept")
		}
		must(t, s.end())
	})
}

func TestRecall(t *testing.T) {
	with, kept := state(t)
	synctest.Test(t, func(t *testing.T) {
		s := start(t, withValue("one"), with)
		s.connect("a", "f")
		s.live(1)
		eventually(t, "kept", func() bool { return kept() != nil })
		version := s.Status().Version
		must(t, s.end())

		s = start(t, broken, with)
		st := s.Status()
		if st.Version != version || st.Live || st.Error == nil || !strings.Contains(*st.Error, "upstreams: is required") {
			t.Errorf("recalled: %+v", st)
		}
		if s.log.count("level=ERROR", "the one kept before the restart is served") != 1 || s.figure("livefilter_config_last_reload_successful") != 0 {
			t.Error("nobody is told")
		}
		s.files.save(withValue("two"))
		s.connect("a", "f")
		s.live(1)
		must(t, s.end())

		s = open(t, broken, with, func(o *Options) { o.File = "other.yaml" })
		s.files.content["other.yaml"] = []byte(broken)
		if err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "was kept for f.yaml, and is not served for other.yaml") {
			t.Errorf("another file's config: %v", err)
		}
	})
}

func TestNothingToRecall(t *testing.T) {
	with, _ := state(t)
	s := open(t, broken, with)
	if err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "no config has been kept") {
		t.Errorf("got %v", err)
	}
}

// A folder that cannot be written is told of once a version, and tried again.
func TestAFolderThatCannotBeWritten(t *testing.T) {
	dir, err := lastgood.Open(t.TempDir())
	must(t, err)
	must(t, dir.Close())
	synctest.Test(t, func(t *testing.T) {
		s := start(t, withValue("one"), func(o *Options) { o.State = dir })
		s.connect("a", "f")
		s.live(1)
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := s.log.count("cannot be kept for a restart"); n != 1 {
			t.Errorf("told %d times", n)
		}
		must(t, s.end())
	})
}
