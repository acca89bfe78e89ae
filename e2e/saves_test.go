package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every way of saving the file is seen.
func TestSaves(t *testing.T) {
	s := newStack(t)
	s.startServer()
	s.startEnvoy()
	s.live()
	path := s.configPath()
	for name, save := range map[string]func(text string){
		"in place":      func(text string) { must(t, os.WriteFile(path, []byte(text), 0o600)) },
		"by rename":     s.write,
		"delete, write": func(text string) { must(t, os.Remove(path)); must(t, os.WriteFile(path, []byte(text), 0o600)) },
		"in pieces": func(text string) {
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
			must(t, err)
			for _, line := range strings.SplitAfter(text, "\n") {
				_, err = f.WriteString(line)
				must(t, err)
				if s.status().Live {
					t.Error("status calls half a file live")
				}
			}
			must(t, f.Close())
		},
		"by sed -i": func(text string) {
			want := regexp.MustCompile(`values: \[.*\]`).FindString(text)
			must(t, exec.Command("sed", "-i", `s/values: \[.*\]/`+want+"/", path).Run())
		},
		"by folder swap": func(text string) { // as Kubernetes updates a ConfigMap
			data := filepath.Join(s.dir, "..2")
			must(t, os.Mkdir(data, 0o700))
			must(t, os.WriteFile(filepath.Join(data, "livefilter.yaml"), []byte(text), 0o600))
			must(t, os.Symlink("..2", filepath.Join(s.dir, "..data_tmp")))
			must(t, os.Rename(filepath.Join(s.dir, "..data_tmp"), filepath.Join(s.dir, "..data")))
			must(t, os.Remove(path))
			must(t, os.Symlink("..data/livefilter.yaml", path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := strings.ReplaceAll(name, " ", "-")
			s.cfg.Filters = fmt.Sprintf(userAgent, "'"+strings.ReplaceAll(want, ",", "")+"'")
			save(s.text())
			s.live()
			if got := newClient(t).mustGet(t, s.cfg.Port); got.userAgent() != strings.ReplaceAll(want, ",", "") {
				t.Errorf("upstream saw %q", got.userAgent())
			}
		})
	}
}
