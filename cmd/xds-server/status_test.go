package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Replicas that serve different files are told apart before anything else.
func TestStatusOfSeveralServers(t *testing.T) {
	_, one, _ := serving(t, writeFile(t, "one.yaml", minimal))
	_, two, log := serving(t, writeFile(t, "two.yaml", strings.Replace(minimal, "80", "81", 1)))
	log.await(t, "msg=serving")
	stdout, stderr, code := command(t, "status", "--admin-address", one+", "+two)
	if code != 0 || !strings.HasPrefix(stdout, "NOT LIVE: the servers serve different versions: ") || strings.Count(stdout, "at      127.0.0.1:") != 2 {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	stdout, _, code = command(t, "status", "--admin-address", one+","+one+",127.0.0.1:1")
	if code == 0 || !strings.HasPrefix(stdout, "NOT LIVE: ") && !strings.HasPrefix(stdout, "NOT KNOWN: ") || !strings.Contains(stdout, "at      127.0.0.1:1\nerror   ask the server: ") {
		t.Errorf("exit %d\n%s", code, stdout)
	}

	stdout, _, code = command(t, "status", "--json", "--admin-address", one+",127.0.0.1:1")
	var answers []map[string]any
	err := json.Unmarshal([]byte(stdout), &answers)
	if err != nil || code == 0 || len(answers) != 2 || answers[0]["address"] != one || answers[0]["version"] == "" || answers[0]["unreachable"] != nil ||
		answers[1]["address"] != "127.0.0.1:1" || answers[1]["unreachable"] == nil || answers[1]["version"] != nil {
		t.Errorf("exit %d, %v\n%s", code, err, stdout)
	}
	stdout, _, _ = command(t, "status", "--json", "--admin-address", one)
	if !strings.HasPrefix(stdout, "{\n  \"build\"") {
		t.Errorf("one server: %s", stdout)
	}

	stdout, _, code = command(t, "healthcheck", "--admin-address", one+","+two)
	if code != 0 || stdout != one+": ok\n"+two+": ok\n" {
		t.Errorf("healthcheck: exit %d\n%s", code, stdout)
	}
	if _, stderr, code = command(t, "healthcheck", "--admin-address", one+",127.0.0.1:1"); code == 0 || !strings.Contains(stderr, "127.0.0.1:1: ") {
		t.Errorf("healthcheck: exit %d\n%s", code, stderr)
	}
}

// In a pipe each change is a line, and Ctrl-C is no failure.
func TestStatusWatch(t *testing.T) {
	file := writeFile(t, "livefilter.yaml", minimal)
	_, address, _ := serving(t, file)
	rewrite := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	lines, ended := &logged{}, make(chan int)
	go func() {
		ended <- run(ctx, []string{"status", "--watch", "--admin-address", address}, lines, io.Discard)
	}()
	const stamp = `(?m)^\d{4}-\d\d-\d\dT\S+  `
	lines.await(t, stamp+`NOT LIVE: no Envoy is connected, version [0-9a-f]{16}$`)
	rewrite("filters: []\n")
	lines.await(t, stamp+`NOT LIVE: no Envoy is connected, version [0-9a-f]{16}: \S+:1:1: upstreams: is required`)
	rewrite(minimal)
	all := lines.await(t, `(?s).*upstreams: is required.*version [0-9a-f]{16}\n$`)[0]
	cancel()
	if code := <-ended; code != 0 {
		t.Errorf("exit %d", code)
	}
	for line := range strings.Lines(all) {
		if !regexp.MustCompile(stamp).MatchString(line) || strings.Contains(line, "\x1b") {
			t.Errorf("%q", line)
		}
	}
	if _, stderr, code := command(t, "status", "--watch", "--admin-address", "127.0.0.1:1"); code == 0 || !strings.Contains(stderr, "ask the server: ") {
		t.Errorf("nobody there: exit %d %s", code, stderr)
	}
}

// On a terminal a page covers the one before, and ends where the rows do.
func TestRepainted(t *testing.T) {
	if got, want := string(repainted("one\nlonger than ten\nthree\n", 10, 4)), home+"one"+endLine+"\nlonger than ten"+endLine+"\n"+endPage; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
