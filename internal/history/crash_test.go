package history

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

// dying fails from its nth change on, as a disk that is full, or a process that is killed.
type dying struct {
	*memory
	left int
}

var errDead = errors.New("no space left on device")

func (d *dying) Put(name string, data []byte) error {
	if d.left--; d.left < 0 {
		return errDead
	}
	return d.memory.Put(name, data)
}

func (d *dying) Remove(name string) error {
	if d.left--; d.left < 0 {
		return errDead
	}
	return d.memory.Remove(name)
}

// Whenever it ends, all that a later process finds in the folder is whole, and the rest is removed.
func TestCrashes(t *testing.T) {
	for left := range 40 {
		d := &dying{&memory{}, left}
		h := Open("f.yaml", d, quiet())
		h.maxBytes = 1000 + 2*int64(len("means a"))
		for _, v := range []string{"a", "b", "c", "d", "a", "e"} {
			h.Add(version(v))
			h.Flush(false)
		}
		if got := numbers(h); len(got) != 2 || got[0] != 6 {
			t.Errorf("after %d changes it goes on with %v", left, got)
		}
		m := &memory{files: maps.Clone(d.files)}
		again := Open("f.yaml", m, quiet())
		for _, n := range numbers(again) {
			if _, err := again.Config(n); err != nil {
				t.Errorf("after %d changes: %v", left, err)
			}
		}
		again.Add(version("f"))
		again.Flush(false)
		for _, r := range again.records {
			for _, f := range r.Files {
				delete(m.files, f.name())
			}
			delete(m.files, r.name())
		}
		if len(m.files) != 0 {
			t.Errorf("after %d changes stay %q", left, slices.Collect(maps.Keys(m.files)))
		}
	}
}

// full has room for so many files more; removing makes none.
type full struct {
	*memory
	room int
}

func (f *full) Put(name string, data []byte) error {
	if f.room--; f.room < 0 {
		return errDead
	}
	return f.memory.Put(name, data)
}

// Saved again with another comment, while the disk is full: the folder goes on having the entry as it was, and has it
// as it is once there is room.
func TestFullWhileSavedAgain(t *testing.T) {
	const was, is = "means a", "means a # with a comment"
	holds := func(f *full, want string) {
		t.Helper()
		again := Open("f.yaml", &memory{files: maps.Clone(f.files)}, quiet())
		if c, err := again.Config(1); err != nil || string(c.Contents["f.yaml"]) != want {
			t.Errorf("%q, %v, want %q", c.Contents["f.yaml"], err, want)
		}
	}
	for room := range 2 {
		f := &full{&memory{}, 10}
		h := Open("f.yaml", f, quiet())
		c := version("a")
		h.Add(c)
		h.Flush(false)
		f.room = room
		c.Contents = maps.Clone(c.Contents)
		c.Contents["f.yaml"] = []byte(is)
		h.Add(c)
		h.Flush(false)
		holds(f, was)
		if !h.Has("f.yaml", []byte(was)) || h.Has("f.yaml", []byte(is)) {
			t.Error("what the folder has is not known")
		}
		f.room = 10
		h.Flush(false)
		holds(f, is)
		if h.Has("f.yaml", []byte(was)) || !h.Has("f.yaml", []byte(is)) {
			t.Error("what the folder has is not known")
		}
	}
}

// unread has a file that cannot be opened now: too many are, say.
type unread struct {
	*memory
	name string
}

func (u *unread) Get(name string) ([]byte, error) {
	if name == u.name {
		return nil, errDead
	}
	return u.memory.Get(name)
}

// An entry that a process cannot read is there for the next one; what is new is bounded as ever.
func TestUnreadStays(t *testing.T) {
	m := &memory{}
	h := Open("f.yaml", m, quiet())
	h.Add(version("a"))
	h.Add(version("b"))
	h.Flush(false)
	h = Open("f.yaml", &unread{m, entryPrefix + "0000000001"}, quiet())
	h.maxBytes = 1000 + 2*int64(len("means a"))
	for _, v := range []string{"c", "d", "e"} {
		h.Add(version(v))
		h.Flush(false)
	}
	again := Open("f.yaml", m, quiet())
	if got := numbers(again); !slices.Equal(got, []int{5, 4, 2, 1}) {
		t.Errorf("%v", got)
	}
	if c, err := again.Config(1); err != nil || string(c.Contents["f.yaml"]) != "means a" {
		t.Errorf("%q, %v", c.Contents["f.yaml"], err)
	}
}

func TestDamage(t *testing.T) {
	write := func() (*memory, *History) {
		m := &memory{}
		h := Open("f.yaml", m, quiet())
		h.Add(version("a"))
		h.Add(version("b"))
		h.Flush(false)
		return m, h
	}
	m, _ := write()
	whole := m.files[entryPrefix+"0000000001"]
	for i := range whole {
		flipped := slices.Clone(whole)
		flipped[i] ^= 1
		m.files[entryPrefix+"0000000001"] = flipped
		if got := numbers(Open("f.yaml", m, quiet())); !slices.Equal(got, []int{2}) {
			t.Fatalf("byte %d: entries %v", i, got)
		}
	}
	m, h := write()
	for name := range m.files {
		if strings.HasPrefix(name, contentPrefix) {
			m.files[name] = []byte("other")
		}
	}
	if _, err := h.Config(1); err == nil || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("a damaged content: %v", err)
	}
	for name := range m.files {
		if strings.HasPrefix(name, contentPrefix) {
			delete(m.files, name)
		}
	}
	if _, err := h.Config(1); err == nil || !strings.Contains(err.Error(), "was removed from the state folder") {
		t.Errorf("a content that is gone: %v", err)
	}
	if got := numbers(Open("f.yaml", m, quiet())); got != nil {
		t.Errorf("without contents: %v", got)
	}
}
