//go:build compose

package compose

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"
)

var values = regexp.MustCompile(`values: \[.*?\]`)

// saves are the two ways of editors.
var saves = map[string]func(t *testing.T, path, text string){
	"in place": func(t *testing.T, path, text string) { must(t, os.WriteFile(path, []byte(text), 0o644)) },
	"by rename": func(t *testing.T, path, text string) {
		next := path + ".next"
		must(t, os.WriteFile(next, []byte(text), 0o644))
		must(t, os.Rename(next, path))
	},
}

// edit saves the config with other values for the User-Agent, as YAML.
func (p *project) edit(save, yaml string) {
	p.t.Helper()
	path := filepath.Join(p.dir, "config", "livefilter.yaml")
	old, err := os.ReadFile(path)
	must(p.t, err)
	text := values.ReplaceAllLiteralString(string(old), "values: ["+yaml+"]")
	if text == string(old) {
		p.t.Fatalf("nothing to edit in\n%s", old)
	}
	saves[save](p.t, path, text)
}

// saveToLive prints how long it takes from a save to the first request that has it, on an open connection.
func (p *project) saveToLive(who string) {
	p.t.Helper()
	const rounds = 15
	c := newClient(p.t)
	for save := range saves {
		var took []time.Duration
		for i := range rounds {
			want := save[3:] + string(rune('a'+i))
			p.edit(save, want)
			start := time.Now()
			eventually(p.t, "a request shows "+want, func() bool {
				a, err := c.get(ingress)
				must(p.t, err)
				return a.rawUA == want
			})
			took = append(took, time.Since(start))
		}
		slices.Sort(took)
		p.t.Logf("save to live, saved %s, server as %s: median %.0f ms, %.0f to %.0f", save, who,
			took[rounds/2].Seconds()*1e3, took[0].Seconds()*1e3, took[rounds-1].Seconds()*1e3)
	}
}
