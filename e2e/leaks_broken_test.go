package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// What stands in the wrong place of a broken file is nowhere to be seen: each line of the table is a
// filter with a canary where something else belongs.
func TestNothingLeaksOfBrokenConfigs(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("../internal/config/testdata/unquoted-filters.txt")
	must(t, err)
	var c canaries
	s := newStack(t)
	s.startServer()
	broken := ""
	for line := range strings.Lines(string(table)) {
		canary := fmt.Sprintf("canary-Xy7-%03d-end", len(c))
		c = append(c, canary)
		plant := strings.NewReplacer("SECRET", canary).Replace
		for name, text := range map[string]string{
			"secret.txt": "good\nSECRET\u200b\n", "quoted.txt": `"SECRET"`, "secret.jsonl": `{"SECRET ": "SECRET"}`, "secret.csv": "X-A,weight\na,SECRET\n",
			"head.csv": "X-A,a SECRET\na,b\n", "secret.yaml": "a: !SECRET b\n", "secret.json": `{"a": SECRET}`, "f.wasm": "\x00asm\x01\x00\x00\x00",
		} {
			must(t, writeFile(s.dir, name, plant(text)))
		}
		broken = strings.Replace(s.text(), s.cfg.Filters+"\n", plant(line), 1)
		s.write(broken)
		eventually(t, "the server has looked at "+line, func() bool { return !s.status().Pending })
	}
	if n := strings.Count(s.server.out.String(), "config refused"); n < 80 {
		t.Errorf("%d of %d configs were refused", n, len(c))
	}
	c.mustNotTell(t, s.shown(broken))
}

// A key itself in the place of the file with it is not there, and not said.
func TestNothingLeaksOfAKeyAsItsFile(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.startServer()
	good := s.text()
	var c canaries
	for range 3 { // with slashes, as base64 has them, and without; longer than the name of any file
		key := strings.Repeat(c.one()+"/"+strings.Repeat("x", 300)+"/", 3)
		for _, field := range []string{"values_from: '" + key + "'", "values_from: '" + strings.ReplaceAll(key, "/", "") + "'", "set_from: '" + c.one() + "'"} {
			s.write(strings.Replace(good, "name: User-Agent, values: [one]", "name: User-Agent, "+field, 1))
			s.mustRefuse("cannot read a file of that name")
		}
	}
	c.mustNotTell(t, s.shown(good))
}
