package putback

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A file keeps its owner, who could not edit it otherwise; a server that cannot give it back leaves it alone.
func TestOwner(t *testing.T) {
	const folder = "LIVEFILTER_TEST_FOLDER"
	if dir := os.Getenv(folder); dir != "" { // as nobody
		for name, want := range map[string]string{
			"open/a.yaml":   "it belongs to user 1 and group 1, and this server (user 65534) cannot give them a file",
			"closed/a.yaml": "this server may not write in its folder: give the server's user the right to",
		} {
			if _, _, err := (Disk{}).Replace(files(filepath.Join(dir, name), "old"), "", knows("theirs")); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		return
	}
	if os.Getuid() != 0 {
		t.Skip("NOT TESTED: only root can make files of others")
	}
	dir, err := os.MkdirTemp("/tmp", "putback-") //nolint:usetesting // t.TempDir is for this user alone
	must(t, err)
	defer os.RemoveAll(dir)
	must(t, os.Chmod(dir, 0o755)) //nolint:gosec // that is the test
	for name, mode := range map[string]os.FileMode{"open": 0o777, "closed": 0o755} {
		must(t, os.Mkdir(filepath.Join(dir, name), mode))
		must(t, os.Chmod(filepath.Join(dir, name), mode))
		file := filepath.Join(dir, name, "a.yaml")
		must(t, os.WriteFile(file, []byte("theirs"), 0o600))
		must(t, os.Chown(file, 1, 1))
		must(t, os.Chmod(file, 0o644)) //nolint:gosec // as above
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), folder+"="+dir)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	file := filepath.Join(dir, "open/a.yaml")
	if text(t, file) != "theirs" || len(left(t, filepath.Dir(file))) != 1 {
		t.Errorf("nobody has changed it: %q", left(t, filepath.Dir(file)))
	}
	_, _, err = Disk{}.Replace(files(file, "old"), file, knows())
	must(t, err)
	for _, name := range []string{file, file + Beside} {
		info, err := os.Stat(name)
		must(t, err)
		if is := info.Sys().(*syscall.Stat_t); is.Uid != 1 || is.Gid != 1 || info.Mode() != 0o644 {
			t.Errorf("%s belongs to %d, %d, mode %v", name, is.Uid, is.Gid, info.Mode())
		}
	}
}
