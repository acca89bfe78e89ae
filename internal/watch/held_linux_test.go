package watch

import (
	"os"
	"strings"
	"testing"
	"time"
)

func hold(t *testing.T, path, text string) (finish func()) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	must(t, err)
	_, err = file.WriteString(text)
	must(t, err)
	return func() { must(t, file.Close()) }
}

// A file that somebody is writing is not read, for however long that takes, nor its old content
// beside a newer config.
func TestHeldOpen(t *testing.T) {
	t.Parallel()
	config, module := tempFile(t, "config"), tempFile(t, "module")
	f := follow(t, config, module)
	f.next(t, "config | module")

	finish := hold(t, module, "mod")
	if reason, ok := f.Settled(); ok || reason != "livefilter.yaml is open for writing" {
		t.Errorf("Settled: %q, %v", reason, ok)
	}
	for _, text := range []string{"config 2", "config 3"} {
		write(t, config, text)
		f.next(t, text+" | <read "+module+": is open for writing>")
		f.unsettle(t, "livefilter.yaml is open for writing")
	}
	eventually(t, "a line in the log", func() bool { return f.log.String() != "" })
	time.Sleep(2 * heldMax)
	if n := strings.Count(f.log.String(), "file is still being written"); n != 1 {
		t.Errorf("logged %d times", n)
	}
	finish()
	f.next(t, "config 3 | mod")
	f.settle(t, "config 3 | mod")

	// What was refused for the sake of a writer is loaded, also if the writer changed nothing.
	finish = hold(t, module, "mo")
	write(t, config, "config 4")
	f.next(t, "config 4 | <read "+module+": is open for writing>")
	must(t, os.WriteFile(module, []byte("mod"), 0))
	finish()
	f.next(t, "config 4 | mod")
}

// The same with the config held, which names other files.
func TestConfigHeldOpen(t *testing.T) {
	t.Parallel()
	config, module := tempFile(t, "config"), tempFile(t, "module")
	f := follow(t, config, module)
	f.next(t, "config | module")
	finish := hold(t, config, "conf")
	replace(t, module, "module 2")
	f.next(t, "<read "+config+": is open for writing> | module 2")
	finish()
	f.next(t, "conf | module 2")
}

// A file that the new config does not name holds it back for a while only.
func TestHeldOpenAndNotNamed(t *testing.T) {
	t.Parallel()
	config, module := tempFile(t, "with"), tempFile(t, "module")
	f := prepare(t).runLoad(t, func(read func(string) ([]byte, error)) string {
		data, _ := read(config)
		if string(data) == "with" {
			more, _ := read(module)
			return "with " + string(more)
		}
		return string(data)
	})
	f.next(t, "with module")
	finish := hold(t, module, "mod")
	write(t, config, "without")
	f.next(t, "without")
	f.settle(t, "without")
	finish()
	write(t, config, "with")
	f.next(t, "with mod")
}

// Opening a file is not changing it.
func TestHeldOpenUnchanged(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	f := follow(t, path)
	f.next(t, "first")
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	f.settle(t, "first") // at the latest when stat can be trusted
	_, err = file.WriteString("other")
	must(t, err)
	f.unsettle(t, "open for writing")
	must(t, file.Close())
	f.next(t, "other")
}

// A file that was never read before has no last good content. It is waited for a while, and
// then load is told why it cannot have it.
func TestHeldOpenAtFirstRead(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "")
	finish := hold(t, path, "fir")
	f := follow(t, path)
	f.next(t, "<read "+path+": is open for writing>")
	f.unsettle(t, "open for writing")
	finish()
	f.next(t, "fir")

	path = tempFile(t, "")
	finish = hold(t, path, "first")
	f = prepare(t, lenient).run(t, path)
	time.AfterFunc(patience/10, finish)
	f.next(t, "first")
}

// Files that change at the same time are loaded together.
func TestTogether(t *testing.T) {
	t.Parallel()
	config, module := tempFile(t, "config"), tempFile(t, "module")
	f := prepare(t, lenient).run(t, config, module)
	f.next(t, "config | module")
	finish := hold(t, module, "module 2")
	write(t, config, "config 2")
	time.AfterFunc(patience/10, finish)
	f.next(t, "config 2 | module 2")
}
