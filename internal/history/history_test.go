package history

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/lastgood"
)

var t0 = time.Unix(1_700_000_000, 0).UTC()

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// version is a config that means v, with a module that all have in common.
func version(v string) Config {
	return Config{
		Version: v, File: "f.yaml", At: t0, From: "edit", Changes: func() []string { return []string{"to " + v} },
		Contents: map[string][]byte{"f.yaml": []byte("means " + v), "m.wasm": bytes.Repeat([]byte("m"), 1000)},
	}
}

func folder(t *testing.T, path string) *lastgood.Dir {
	t.Helper()
	d, err := lastgood.Open(path)
	must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func numbers(h *History) (all []int) {
	for _, e := range h.Entries() {
		all = append(all, e.N)
	}
	return all
}

func TestAcrossRestarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	d := folder(t, path)
	h := Open("f.yaml", d, quiet())
	for i, v := range []string{"a", "b", "a", "a"} {
		if n := h.Add(version(v)); n != min(i+1, 3) {
			t.Errorf("%s is %d", v, n)
		}
	}
	h.Became(2, Outcome{Live: t0.Add(time.Second), Envoys: 3, Running: 3})
	h.Flush(true)
	want := h.Entries()
	must(t, d.Close())

	d = folder(t, path)
	again := Open("f.yaml", d, quiet())
	if got := again.Entries(); !reflect.DeepEqual(got, want) || len(got) != 3 || !slices.Equal(got[1].Changes, []string{"to b"}) || got[1].Running != 3 {
		t.Errorf("got %+v, want %+v", got, want)
	}
	c, err := again.Config(2)
	if err != nil || !reflect.DeepEqual(c.Contents, version("b").Contents) {
		t.Errorf("%+v, %v", c, err)
	}
	if n := again.Add(version("a")); n != 3 {
		t.Errorf("a restart that changes nothing is %d", n)
	}
	if n := again.Add(version("c")); n != 4 {
		t.Errorf("the next one is %d", n)
	}
	if _, err := again.Config(9); !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), "9, it has 1 to 4") {
		t.Errorf("%v", err)
	}
	if other := Open("other.yaml", d, quiet()); other.Entries() == nil || len(other.Entries()) != 0 || other.Add(version("x")) <= 3 {
		t.Error("another file's entries are shown, or their numbers are taken again")
	}
	names, err := filepath.Glob(filepath.Join(path, contentPrefix+"*"))
	must(t, err)
	if len(names) != 3 { // two configs and the module
		t.Errorf("kept: %q", names)
	}
	for _, name := range names {
		info, err := os.Stat(name)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

// What means the same has the latest text, comments included.
func TestTheLatestText(t *testing.T) {
	h := Open("f.yaml", nil, quiet())
	h.Add(version("a"))
	h.Flush(false)
	c := version("a")
	c.Contents["f.yaml"] = []byte("means a # with a comment")
	if n := h.Add(c); n != 1 {
		t.Errorf("a comment is %d", n)
	}
	for range 2 {
		got, err := h.Config(1)
		if err != nil || string(got.Contents["f.yaml"]) != "means a # with a comment" {
			t.Errorf("%q, %v", got.Contents["f.yaml"], err)
		}
		h.Flush(false)
	}
	old := version("a")
	old.Recalled = true
	h.Add(old)
	if got, err := h.Config(1); err != nil || !strings.Contains(string(got.Contents["f.yaml"]), "comment") {
		t.Errorf("recalled: %q, %v", got.Contents["f.yaml"], err)
	}
	c.Clients = []string{"one"}
	if n := h.Add(c); n != 2 {
		t.Error("other clients are no entry")
	}
}

func TestBounds(t *testing.T) {
	m := &memory{}
	h := Open("f.yaml", m, quiet())
	for i := range maxEntries + 5 {
		h.Add(version(fmt.Sprint(i)))
	}
	h.Flush(false)
	if got := numbers(h); len(got) != maxEntries || got[0] != maxEntries+5 || got[maxEntries-1] != 6 {
		t.Errorf("entries %v", got)
	}
	if n := len(m.files); n != 2*maxEntries+1 {
		t.Errorf("%d files", n)
	}
	h.maxBytes = 1000 + 3*int64(len("means 52"))
	h.Flush(false)
	if got := numbers(h); !slices.Equal(got, []int{55, 54, 53}) {
		t.Errorf("entries %v", got)
	}
	h.maxBytes = 0
	h.Flush(false)
	if got := numbers(h); !slices.Equal(got, []int{55}) || len(m.files) != 3 {
		t.Errorf("entries %v, %d files", got, len(m.files))
	}
}

// A fleet on its way to a config is not written down step by step.
func TestOutcomes(t *testing.T) {
	m := &memory{}
	h := Open("f.yaml", m, quiet())
	n := h.Add(version("a"))
	h.Flush(false)
	name := entryPrefix + "0000000001"
	text := m.files[name]
	h.Became(n, Outcome{Envoys: 5, Running: 2})
	h.Flush(false)
	if !bytes.Equal(m.files[name], text) {
		t.Error("written on the way")
	}
	h.Became(n, Outcome{Envoys: 5, Running: 5, Live: t0})
	h.Flush(false)
	h.Became(n, Outcome{Envoys: 6, Running: 5, Live: t0.Add(time.Hour)})
	h.Add(version("b"))
	h.Flush(false)
	if e := Open("f.yaml", m, quiet()).Entries()[1]; e.Envoys != 6 || !e.Live.Equal(t0) {
		t.Errorf("%+v", e)
	}
}
