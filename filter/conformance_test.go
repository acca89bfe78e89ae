package main

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"
)

// testCase and step are what testdata/conformance.yaml describes.
type testCase struct {
	Name   string
	Config string
	Only   string
	Steps  []step
}

type step struct {
	Wait time.Duration
	Edit string

	Times      int
	Request    [][2]string
	Upstream   map[string][]string
	Every      bool
	Status     int
	Response   [][2]string
	Details    string
	Downstream map[string][]string
}

func TestConformance(t *testing.T) {
	for _, file := range []string{"testdata/conformance.yaml", "testdata/eviction.yaml"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []testCase
		if err := yaml.Load(data, &cases, yaml.WithKnownFields()); err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			if c.Only != "envoy" {
				t.Run(c.Name, func(t *testing.T) { inBoth(t, c.Config, c.play) })
			}
		}
	}
}

func (c testCase) play(t *testing.T, e *emulator) {
	e.start(t)
	for i, s := range c.Steps {
		switch {
		case s.Wait > 0:
			e.wait(s.Wait)
		case s.Edit != "":
			e.setConfig(t, s.Edit)
			e.start(t)
		default:
			s.play(t, e, i)
		}
	}
	if logs := slices.Concat(e.GetDebugLogs(), e.GetInfoLogs(), e.GetWarnLogs(), e.GetErrorLogs()); len(logs) > 0 {
		t.Errorf("traffic is logged: %q", logs)
	}
}

func (s step) play(t *testing.T, e *emulator, number int) {
	t.Helper()
	seen := map[string]map[string]bool{}
	for range max(1, s.Times) {
		id := e.request(s.Request)
		expect(t, number, "upstream", e.GetCurrentRequestHeaders(id), s.Upstream, seen)
		e.respond(t, id, s.Status, s.Details, dated(e, s.Response))
		expect(t, number, "downstream", e.GetCurrentResponseHeaders(id), s.Downstream, nil)
	}
	for name, values := range s.Upstream {
		for _, value := range values {
			if s.Every && !seen[name][value] {
				t.Errorf("step %d: %s never was %q", number, name, value)
			}
		}
	}
}

func expect(t *testing.T, step int, where string, got [][2]string, want map[string][]string, seen map[string]map[string]bool) {
	t.Helper()
	for name, admitted := range want {
		got := values(got, name)
		switch {
		case len(got) == 0 && len(admitted) == 0:
		case len(got) != 1 || !slices.Contains(admitted, got[0]):
			t.Fatalf("step %d: %s sees %s as %q, want one of %q", step, where, name, got, admitted)
		case seen != nil:
			if seen[name] == nil {
				seen[name] = map[string]bool{}
			}
			seen[name][got[0]] = true
		}
	}
}

var moment = regexp.MustCompile(`\{now\+(\w+)\}`)

// dated puts dates in.
func dated(e *emulator, headers [][2]string) [][2]string {
	dated := slices.Clone(headers)
	for i := range dated {
		dated[i][1] = moment.ReplaceAllStringFunc(dated[i][1], func(text string) string {
			after, _ := time.ParseDuration(moment.FindStringSubmatch(text)[1])
			return e.now().Add(after).Format(http.TimeFormat)
		})
	}
	return dated
}
