package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/admin"
)

// The three commands of a server's history say what they do, also where no Envoy is there.
func TestHistory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "livefilter.yaml")
	save := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save(minimal)
	_, address, log := serving(t, file)
	other := strings.Replace(minimal, "filters: []", "filters: [{name: f, headers: [{name: x, values: [v]}]}]", 1)
	save(other)
	log.await(t, `(?s)(msg="config is served".*){2}`)
	broken := "filters: ["
	save(broken)
	log.await(t, `msg="config refused`)
	for _, tt := range []struct {
		command string
		code    int
		want    string
	}{
		{"history", 0, "   2  now  "},
		{"history", 0, "           filter f: added"},
		{"history -n 1 --json", 0, `"from": "edit"`},
		{"why", 0, "config 2, edit, after 1:\n"},
		{"diff 2 1", 0, "filter f: removed"},
		{"diff 2", 0, "nothing: 2 and now mean the same\n"},
		{"diff now 1 --json", 0, `"to": "1"`},
		{"diff file", 1, "the file on disk is refused: " + file + ":1:"},
		{"diff 1 7", 1, "no such entry in the history: 7, it has 1 to 2\n"},
		{"diff 1 x", 2, `xds-server diff: B: "x" is neither a number that history lists nor now nor file`},
		{"diff", 2, "A is missing"},
		{"rollback 0", 2, `xds-server rollback: N: "0" is neither a number that history lists nor now`},
		{"rollback 9", 1, "no such entry in the history: 9, it has 1 to 2\n"},
		{"rollback 1 --timeout 10ms", 1, "written back: " + file + "\nwhat was there and never served is in " + file + ".before-rollback\nconfig 3 is served, the rollback of 1: version "},
		{"rollback 1 --timeout 10ms", 1, "the files are those of 1 already\nconfig 3 is served, which means the same: version "},
		{"rollback 2 --timeout 10ms --json", 1, `"written": [`},
		{"rollback now --timeout 10ms", 1, "not live after 10ms: no Envoy is connected"},
	} {
		out, stderr, code := command(t, append(strings.Fields(tt.command), "--admin-address", address)...)
		if code != tt.code || !strings.Contains(out+stderr, tt.want) {
			t.Errorf("%s: exit %d, want %d and %q\n%s%s", tt.command, code, tt.code, tt.want, out, stderr)
		}
	}
	if out, _, _ := command(t, "__complete", "rollback", "--admin-address", address, ""); !regexp.MustCompile(`(?s)^now\n4\t.* rollback of 2 .*\n3\t.* rollback of 1 `).MatchString(out) {
		t.Errorf("completion: %s", out)
	}
	for name, want := range map[string]string{file: other, file + ".before-rollback": broken} {
		if text, err := os.ReadFile(name); err != nil || string(text) != want {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}

func TestHistoryOfAnotherServer(t *testing.T) {
	for _, tt := range []struct {
		name, ours string
		code       int
		want       string
	}{
		{"another program", "", exitUnreachable, "is no livefilter server's admin port, or of an earlier release"},
		{"an earlier release", "1", 1, "is of an earlier release, which keeps no history"},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if tt.ours != "" {
				w.Header().Set(admin.Header, tt.ours)
			}
			http.NotFound(w, r)
		}))
		_, stderr, code := command(t, "rollback", "1", "--admin-address", s.Listener.Addr().String())
		if code != tt.code || !strings.Contains(stderr, tt.want) {
			t.Errorf("%s: exit %d, %s", tt.name, code, stderr)
		}
		s.Close()
	}
}

// The time that rollback prints has the work of the server in it.
func TestRollbackTime(t *testing.T) {
	const work = 50 * time.Millisecond
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(admin.Header, "admin")
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/rollback" {
			time.Sleep(work)
		}
		_, _ = w.Write([]byte(`{"live": true, "n": 2, "to": 1}`))
	}))
	defer s.Close()
	out, stderr, code := command(t, "rollback", "1", "--admin-address", s.Listener.Addr().String())
	_, words, _ := strings.Cut(out, "live on 0 of 0, ")
	text, _, _ := strings.Cut(words, " after it was asked for\n")
	if took, err := time.ParseDuration(text); err != nil || took < work || code != 0 {
		t.Errorf("exit %d, %v\n%s%s", code, err, out, stderr)
	}
}

// A server that is named twice has its Envoys once.
func TestServerTwice(t *testing.T) {
	w := where{address: "a:1, b:1,a:1"}
	if all := w.each(); len(all) != 2 || all[0].address != "a:1" || all[1].address != "b:1" {
		t.Errorf("%d servers", len(all))
	}
}
