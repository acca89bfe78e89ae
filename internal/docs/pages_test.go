package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/livefilter/livefilter/internal/config"
)

const root = "../.."

func pages(t *testing.T) map[string]string {
	t.Helper()
	all, err := Pages(root)
	if err != nil || len(all) < 10 {
		t.Fatalf("%d pages: %v", len(all), err)
	}
	return all
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	dropped = regexp.MustCompile("[^a-z0-9 _-]")
)

// Each link leads to a file that is there, and to a heading of it.
func TestLinks(t *testing.T) {
	all := pages(t)
	anchors := func(page string) map[string]bool {
		found := map[string]bool{}
		for _, m := range heading.FindAllStringSubmatch(page, -1) {
			found[strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-")] = true
		}
		return found
	}
	for name, page := range all {
		for _, m := range link.FindAllStringSubmatch(page, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			path, anchor, _ := strings.Cut(m[1], "#")
			target := name
			if path != "" {
				target = filepath.Join(filepath.Dir(name), path)
			}
			if _, err := os.Stat(filepath.Join(root, target)); err != nil {
				t.Errorf("%s: %s leads nowhere", name, m[1])
			}
			if text, known := all[target]; known && anchor != "" && !anchors(text)[anchor] {
				t.Errorf("%s: %s has no heading of that name", name, m[1])
			}
		}
	}
}

// Each page is named in the list of all of them, but for those of the runbook: alerts lead there.
func TestIndex(t *testing.T) {
	all := pages(t)
	for name := range all {
		short, below := strings.CutPrefix(name, "docs/")
		if below && short != "README.md" && !strings.HasPrefix(short, "runbook/") && !strings.Contains(all["docs/README.md"], "("+short+")") {
			t.Errorf("docs/README.md does not name %s", short)
		}
	}
}

// Each target of make that a page names is one.
func TestTargets(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for name, page := range pages(t) {
		for _, m := range regexp.MustCompile(`\bmake ([a-z][a-z-]*)`).FindAllStringSubmatch(Code(page), -1) {
			if count++; !strings.Contains(string(makefile), "\n"+m[1]+": ") {
				t.Errorf("%s: there is no make %s", name, m[1])
			}
		}
	}
	if count < 5 {
		t.Errorf("%d targets", count)
	}
}

// Each config of a page is one that is read: a whole one as it is, a part of one with what it lacks.
func TestConfigs(t *testing.T) {
	const filters, upstreams = "filters: []\n", "upstreams: [{name: api, host: api.example.com, port: 443}]\n"
	parts := regexp.MustCompile(`(?m)^(filters|upstreams|clients|listener):`)
	read := func(path string) ([]byte, error) {
		if filepath.Ext(path) == ".pem" {
			return os.ReadFile("../config/testdata/files/ca.pem")
		}
		return []byte("a\n"), nil
	}
	count := 0
	for name, page := range pages(t) {
		for _, b := range Blocks(page) {
			if b.Lang != "yaml" || !parts.MatchString(b.Text) {
				continue
			}
			count++
			text := b.Text
			if !regexp.MustCompile(`(?m)^filters:`).MatchString(text) {
				text += filters
			}
			if !regexp.MustCompile(`(?m)^upstreams:`).MatchString(text) {
				text += upstreams
			}
			if _, err := config.Parse("config", []byte(text), read); err != nil {
				t.Errorf("%s:%d: %v", name, b.Line, err)
			}
		}
	}
	if count < 5 {
		t.Errorf("%d configs", count)
	}
}
