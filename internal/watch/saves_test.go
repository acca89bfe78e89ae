package watch

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// save is a way in which programs replace a file's content by text, one line.
type save struct {
	name string
	save func(t *testing.T, path, text string)
	// slow writers stop for longer than the quiet time: without leases that looks finished
	slow bool
}

var saves = []save{
	{name: "in place", save: write},
	{name: "rename", save: replace},
	{name: "in place, in pieces", slow: true, save: func(t *testing.T, path, text string) {
		pieces(t, os.O_TRUNC, path, text, 2*quiet)
	}},
	{name: "over the old content, in pieces", slow: true, save: func(t *testing.T, path, text string) {
		pieces(t, 0, path, text, 2*quiet)
	}},
	{name: "delete, create", save: func(t *testing.T, path, text string) {
		must(t, os.Remove(path))
		time.Sleep(2 * quiet)
		write(t, path, text)
	}},
	{name: "delete, create, in pieces", slow: true, save: func(t *testing.T, path, text string) {
		must(t, os.Remove(path))
		pieces(t, os.O_EXCL, path, text, 2*quiet)
	}},
	{name: "truncate, append", save: func(t *testing.T, path, text string) {
		must(t, os.Truncate(path, 0))
		time.Sleep(2 * quiet)
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0o644)
		must(t, err)
		_, err = file.WriteString(text)
		must(t, err, file.Close())
	}},
	{name: "replaced by a symlink", save: func(t *testing.T, path, text string) {
		elsewhere := filepath.Join(t.TempDir(), "elsewhere")
		write(t, elsewhere, text)
		must(t, os.Symlink(elsewhere, path+".new"), os.Rename(path+".new", path))
	}},
	// The system calls of vim 9.0 as strace shows them.
	{name: "vim's calls, backupcopy=no", save: func(t *testing.T, path, text string) {
		probe := filepath.Join(filepath.Dir(path), "4913")
		write(t, probe, "")
		must(t, os.Remove(probe), os.Rename(path, path+"~"))
		vimWrite(t, path, text)
		must(t, os.Chmod(path, 0o644), os.Remove(path+"~"))
	}},
	{name: "vim's calls, backupcopy=yes", save: func(t *testing.T, path, text string) {
		old, err := os.ReadFile(path)
		must(t, err)
		write(t, path+"~", string(old))
		vimWrite(t, path, text)
		must(t, os.Chmod(path, 0o644), os.Remove(path+"~"))
	}},
	vim("set writebackup backupskip= backupcopy=auto"),
	vim("set writebackup backupskip= backupcopy=yes"),
	vim("set backup backupskip= backupcopy=no"),
	vim("set nowritebackup nobackup"),
	{name: "sed -i", save: func(t *testing.T, path, text string) {
		run(t, "sed", "-i", "1s/.*/"+text+"/", path)
	}},
	{name: "cp", save: func(t *testing.T, path, text string) { fromOther(t, path, text, "cp") }},
	{name: "cp --remove-destination", save: func(t *testing.T, path, text string) {
		fromOther(t, path, text, "cp", "--remove-destination")
	}},
	{name: "mv", save: func(t *testing.T, path, text string) { fromOther(t, path, text, "mv") }},
	{name: "install", save: func(t *testing.T, path, text string) { fromOther(t, path, text, "install") }},
}

// pieces writes text byte by byte, with pauses.
func pieces(t *testing.T, flags int, path, text string, pause time.Duration) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|flags, 0o644)
	must(t, err)
	for i := range text {
		time.Sleep(pause)
		_, err := file.WriteString(text[i : i+1])
		must(t, err)
	}
	time.Sleep(pause)
	must(t, file.Close())
}

func vimWrite(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o644)
	must(t, err, file.Truncate(0))
	_, err = file.WriteString(text)
	must(t, err, file.Sync(), file.Close())
}

func vim(set string) save {
	return save{name: "vim: " + set, save: func(t *testing.T, path, text string) {
		run(t, "vim", "-u", "NONE", "-N", "-i", "NONE", "-es", "-c", "set noeol nofixeol "+set[len("set "):], "-c", "1s/.*/"+text+"/", "-c", "wq", path)
	}}
}

func fromOther(t *testing.T, path, text, program string, args ...string) {
	t.Helper()
	other := filepath.Join(t.TempDir(), "other")
	write(t, other, text)
	run(t, program, append(args, other, path)...)
}

func run(t *testing.T, program string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("NOT TESTED: this machine has no %s", program)
	}
	cmd := exec.Command(program, args...)
	cmd.Stdin = nil
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
}

// Every save is one load, of the whole content, and nothing comes between.
func TestSaves(t *testing.T) {
	t.Parallel()
	for _, machine := range machines {
		for _, s := range saves {
			if s.slow && machine.options != nil {
				continue
			}
			t.Run(machine.name+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				path := tempFile(t, "first")
				f := prepare(t, append(machine.options, lenient)...).run(t, path)
				f.next(t, "first")
				s.save(t, path, "other")
				f.next(t, "other")
				f.settle(t, "other")
				s.save(t, path, "third")
				f.next(t, "third")
				replace(t, path, "again")
				f.next(t, "again")
				f.settle(t, "again")
			})
		}
	}
}
