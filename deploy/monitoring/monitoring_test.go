// Package monitoring has alert rules, their tests and a dashboard for Prometheus and Grafana. What they say is
// tested by `make test-monitoring`; here, that nothing is missing.
package monitoring

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

const runbook = "../../docs/runbook"

type alert struct {
	Alert, Expr         string
	Labels, Annotations map[string]string
}

func alerts(t *testing.T) (all []alert) {
	var file struct {
		Groups []struct{ Rules []alert }
	}
	if err := yaml.Unmarshal([]byte(text(t, "alerts.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	if len(all) == 0 {
		t.Fatal("no alerts")
	}
	return all
}

func text(t *testing.T, path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Who is woken by an alert finds words, a page of the runbook, and what to do.
func TestEachAlertHasAPage(t *testing.T) {
	tests := text(t, "alerts_test.yaml")
	var pages []string
	for _, a := range alerts(t) {
		page := a.Alert + ".md"
		pages = append(pages, page)
		if s := a.Labels["severity"]; s != "critical" && s != "warning" {
			t.Errorf("%s: severity %q", a.Alert, s)
		}
		if a.Annotations["summary"] == "" || a.Annotations["description"] == "" || !strings.HasSuffix(a.Annotations["runbook_url"], "/docs/runbook/"+page) {
			t.Errorf("%s: %v", a.Alert, a.Annotations)
		}
		if !strings.Contains(tests, `{alertname="`+a.Alert+`"`) {
			t.Errorf("%s fires in no test of alerts_test.yaml", a.Alert)
		}
		words := text(t, filepath.Join(runbook, page))
		for _, heading := range []string{"# " + a.Alert + "\n", "\n## What it means\n", "\n## Look\n", "\n## Do\n"} {
			if !strings.Contains(words, heading) {
				t.Errorf("%s has no %q", page, heading)
			}
		}
	}
	found, err := filepath.Glob(runbook + "/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if !slices.Contains(pages, filepath.Base(path)) {
			t.Errorf("%s is of no alert", path)
		}
	}
}

var ofHistogram = regexp.MustCompile(`_(bucket|count|sum)$`)

// A metric that is renamed is renamed here too.
func TestMetricsAreThere(t *testing.T) {
	var source strings.Builder
	for _, pattern := range []string{"../../internal/*/*.go", "../../filter/*.go", "../../filter/internal/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if !strings.HasSuffix(f, "_test.go") {
				source.WriteString(text(t, f))
			}
		}
	}
	everything := text(t, "alerts.yaml") + text(t, "dashboard.json")
	names := regexp.MustCompile(`\blivefilter_(?:admin|build|config|envoys?|xds)_\w+`).FindAllString(everything, -1)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !strings.Contains(source.String(), `"`+ofHistogram.ReplaceAllString(name, "")+`"`) {
			t.Errorf("the server has no metric %s", name)
		}
	}
}
