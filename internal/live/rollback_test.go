package live

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Read and Replace make files a Disk.
func (f *files) Read(name string) ([]byte, error) { return f.read(name) }

func (f *files) Replace(files map[string][]byte, last string, known func(string, []byte) bool) (written, kept []string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full {
		return nil, nil, errors.New("the disk is full")
	}
	for name, data := range files {
		if old, ok := f.content[name]; ok && string(old) != string(data) && !known(name, old) {
			kept = append(kept, name)
		}
		f.content[name] = data
		written = append(written, name)
	}
	return written, kept, nil
}

func onDisk(o *Options) { o.Disk = o.Source.(*files) }

// withHistory is a stage with three configs in its history.
func withHistory(t *testing.T, options ...func(*Options)) *stage {
	s := start(t, withValue("one"), options...)
	s.connect("a", "f")
	s.live(1)
	for _, value := range []string{"two", "three"} {
		s.files.save(withValue(value))
		s.live(1)
	}
	return s
}

func TestRollback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withHistory(t, onDisk)
		r, err := s.Rollback(t.Context(), "1")
		if err != nil || r.To != 1 || r.N != 4 || len(r.Kept) != 0 || !slices.Contains(r.Lines, "filter f: reconfigured in place, no drain") {
			t.Errorf("%+v, %v", r, err)
		}
		s.live(1)
		if e := s.History().Entries[0]; e.N != 4 || e.From != "rollback of 1" || !e.Now || e.Live.IsZero() || e.Running != 1 {
			t.Errorf("%+v", e)
		}
		edits := s.Edits()
		if e := edits[len(edits)-1]; e.N != 4 || e.Was != 3 || e.From != "rollback of 1" || !slices.Equal(e.Changes, s.History().Entries[0].Changes) {
			t.Errorf("%+v", e)
		}
		if text, _ := s.files.read("f.yaml"); string(text) != withValue("one") {
			t.Errorf("on disk: %s", text)
		}
		s.files.save(withValue("four"))
		if e := s.History().Entries[0]; e.N != 5 || e.From != "edit" {
			t.Errorf("%+v", e)
		}
		if d, err := s.Diff("1", "4"); err != nil || len(d.Lines) != 0 {
			t.Errorf("%+v, %v", d, err)
		}
		must(t, s.end())
	})
}

// What is broken is healed, and leaves no entry; nor does it make one of an edit that follows.
func TestRollbackToNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withHistory(t, onDisk)
		s.files.save(broken)
		r, err := s.Rollback(t.Context(), "now")
		if err != nil || r.N != 3 || r.To != 3 || !slices.Equal(r.Kept, []string{"f.yaml"}) || len(r.Lines) != 0 {
			t.Errorf("%+v, %v", r, err)
		}
		if st := s.Status(); st.Error != nil || !st.Live || len(s.History().Entries) != 3 {
			t.Errorf("%+v", st)
		}
		must(t, s.end())
	})
}

func TestRollbackIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withHistory(t, onDisk)
		s.files.save(withHost("gone.example"))
		s.files.save(withValue("five"))
		s.dns.set("gone.example", true)
		s.files.full = true
		for to, want := range map[string]string{
			"4": "nothing is changed: the config 4 would be refused: f.yaml:2:29: upstreams[0].host: DNS knows no host gone.example",
			"1": "nothing is changed: the disk is full",
			"9": "no such entry in the history: 9, it has 1 to 5",
			"x": `"x": must be a number of the history, or "now"`,
		} {
			if _, err := s.Rollback(t.Context(), to); err == nil || err.Error() != want {
				t.Errorf("%s: %v", to, err)
			}
		}
		if text, _ := s.files.read("f.yaml"); string(text) != withValue("five") || len(s.History().Entries) != 5 {
			t.Errorf("on disk: %s", text)
		}
		s.Disk = nil
		if _, err := s.Rollback(t.Context(), "1"); !errors.Is(err, ErrRefused) {
			t.Errorf("without a disk: %v", err)
		}
		must(t, s.end())
	})
}

// stopping loads when it is told to, and the server ends with that.
type stopping struct {
	*files
	live *Live
}

func (s *stopping) Reload() {
	if s.live.write() {
		close(s.live.ended)
	}
}

// A rollback never says that nothing was changed where it was, also when the server or the client ends meanwhile.
func TestRollbackAtTheEnd(t *testing.T) {
	for range 20 { // select takes any of those that are ready
		s := open(t, withValue("one"), onDisk)
		s.Source = &stopping{s.files, s.Live}
		w := &write{files: map[string][]byte{"f.yaml": []byte("old")}, done: make(chan error, 1)}
		if err := s.make(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		s := withHistory(t, onDisk)
		ctx, cancel := context.WithCancel(t.Context())
		s.Disk = &goes{s.files, cancel}
		_, err := s.Rollback(ctx, "1")
		if err == nil || !strings.Contains(err.Error(), "the files of 1 were written back") {
			t.Errorf("%v", err)
		}
		must(t, s.end())
	})
}

// goes ends a client once its files are written.
type goes struct {
	*files
	end context.CancelFunc
}

func (g *goes) Replace(files map[string][]byte, last string, known func(string, []byte) bool) (written, kept []string, err error) {
	defer g.end()
	return g.files.Replace(files, last, known)
}

// The history is there after a restart, with what became of it; a start over another file is in it.
func TestHistoryOverARestart(t *testing.T) {
	with, _ := state(t)
	synctest.Test(t, func(t *testing.T) {
		s := withHistory(t, with, onDisk)
		must(t, s.end())
		again := start(t, withValue("three"), with, onDisk)
		entries := again.History().Entries
		if len(entries) != 3 || !entries[0].Now || entries[0].Live.IsZero() || entries[1].Running != 1 {
			t.Errorf("%+v", entries)
		}
		must(t, again.end())

		other := start(t, withValue("other"), with, onDisk)
		if e := other.History().Entries[0]; e.N != 4 || e.From != "start" || len(e.Changes) == 0 || e.Changes[0] != "filter f: reconfigured in place, no drain" {
			t.Errorf("%+v", e)
		}
		time.Sleep(time.Minute)
		must(t, other.end())

		recalled := start(t, broken, with, onDisk)
		if h := recalled.History().Entries; !h[0].Now && !h[1].Now {
			t.Errorf("%+v", h)
		}
		if _, err := recalled.Rollback(t.Context(), "1"); err != nil {
			t.Error(err)
		}
		if st := recalled.Status(); st.Error != nil {
			t.Errorf("%s", *st.Error)
		}
		must(t, recalled.end())
	})
}

// A pair or a CA that was renewed stays, where the config takes it; one that is gone comes back.
func TestRenewedStays(t *testing.T) {
	read := func(name string) []byte {
		data, err := os.ReadFile("../config/testdata/files/" + name)
		must(t, err)
		return data
	}
	synctest.Test(t, func(t *testing.T) {
		const text = "listener: {tls: {cert: server.crt, key: server.key}}\nfilters: []\nupstreams: [{name: a, host: %s, port: 443, tls: {ca: ca.pem}}]\n"
		s := open(t, fmt.Sprintf(text, "there.example"), onDisk)
		s.files.content["server.crt"], s.files.content["server.key"], s.files.content["ca.pem"] = read("server.crt"), read("server.key"), read("ca.pem")
		s.run()
		renewed := append(read("server.crt"), "# renewed\n"...)
		s.files.content["server.crt"] = renewed
		s.files.content["ca.pem"] = append(read("ca.pem"), read("ca.pem")...)
		s.files.save(fmt.Sprintf(text, "other.example"))
		r, err := s.Rollback(t.Context(), "1")
		if err != nil || !slices.Equal(r.Left, []string{"server.crt", "ca.pem"}) || slices.Contains(r.Written, "server.crt") || slices.Contains(r.Written, "ca.pem") {
			t.Errorf("%+v, %v", r, err)
		}
		delete(s.files.content, "server.crt")
		s.files.content["server.key"] = []byte("broken")
		r, err = s.Rollback(t.Context(), "1")
		if err != nil || r.Left != nil || !strings.Contains(string(s.files.content["server.crt"]), "BEGIN CERTIFICATE") {
			t.Errorf("%+v, %v", r, err)
		}
		must(t, s.end())
	})
}
