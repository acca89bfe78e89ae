package watch

import (
	"os"
	"testing"
	"time"
)

// What changes a file but not its content is no reason for a load: the next load is that of
// the next edit. The pause lets a wrong load happen, none is waited for.
func TestEqualContentIsNoLoad(t *testing.T) {
	t.Parallel()
	nothings := map[string]func(t *testing.T, path string){
		"touch":             func(t *testing.T, path string) { must(t, os.Chtimes(path, time.Now(), time.Now())) },
		"chmod":             func(t *testing.T, path string) { must(t, os.Chmod(path, 0o600)) },
		"the same in place": func(t *testing.T, path string) { write(t, path, "first") },
		"the same renamed":  func(t *testing.T, path string) { replace(t, path, "first") },
		"away and back": func(t *testing.T, path string) {
			must(t, os.Rename(path, path+"~"), os.Rename(path+"~", path))
		},
		"a neighbour": func(t *testing.T, path string) { write(t, path+".swp", "x") },
		"opened for writing": func(t *testing.T, path string) {
			file, err := os.OpenFile(path, os.O_RDWR, 0)
			must(t, err)
			must(t, file.Close())
		},
	}
	for name, nothing := range nothings {
		for _, machine := range machines {
			t.Run(machine.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				path := tempFile(t, "first")
				f := prepare(t, machine.options...).run(t, path)
				f.next(t, "first")
				for range 3 {
					nothing(t, path)
					time.Sleep(3 * quiet / 2)
				}
				f.settle(t, "first")
				write(t, path, "other")
				f.next(t, "other")
			})
		}
	}
}

// A file that was not changed is not read again once stat can be trusted.
func TestUnchangedFileIsNotRead(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "first")
	must(t, os.Chtimes(path, time.Now(), time.Now().Add(-time.Hour)))
	reads := make(chan int, 1_000_000)
	f := prepare(t, func(f *Files) {
		ask := f.lease
		f.lease = func(file *os.File) lease { reads <- 1; return ask(file) }
	}).run(t, path)
	f.next(t, "first")
	read := func() int { f.Settled(); return len(reads) }
	eventually(t, "a look without a read", func() bool { before := read(); return read() == before })
	before := len(reads)
	for range 100 {
		f.Settled()
	}
	if extra := len(reads) - before; extra != 0 {
		t.Errorf("100 looks at an unchanged file read it %d times", extra)
	}
	write(t, path, "other")
	f.next(t, "other")
}
