package watch

import "testing"

// Reload is a load that no change caused, and one only.
func TestReload(t *testing.T) {
	path := tempFile(t, "one")
	f := follow(t, path)
	f.next(t, "one")
	f.Reload()
	f.next(t, "one")
	if !f.Seen().IsZero() {
		t.Errorf("a change was seen at %v", f.Seen())
	}
	write(t, path, "two")
	f.next(t, "two")
	f.settle(t, "two")
}
