// Package conformance reads the table of what the built-in filter does, filter/testdata/*.yaml, and plays it on a Host.
// The form of the table is described in filter/testdata/conformance.yaml.
package conformance

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"go.yaml.in/yaml/v4"
)

// OnlyEnvoy is the one value that Case.Only may have: there is no case that a real Envoy cannot play.
const OnlyEnvoy = "envoy"

// AllOut are the details of the filter's own answer, when no value is left.
const AllOut = "livefilter_all_out"

// Case is something that holds, and how to see it.
type Case struct {
	Name   string
	Config string
	Only   string
	Steps  []Step
}

// Step is a wait, an edit, or else an exchange.
type Step struct {
	Wait time.Duration
	Edit string

	Times      int
	Request    [][2]string
	Upstream   Want
	Every      bool
	Status     int
	Response   [][2]string
	Trailers   [][2]string
	Details    string
	Downstream Want
}

// Read returns the cases of the table's files, which are in folder.
func Read(folder string) ([]Case, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, err
	}
	var all []Case
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		cases, err := parse(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, cases...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no cases", folder)
	}
	return all, nil
}

func parse(data []byte) ([]Case, error) {
	var cases []Case
	if err := yaml.Load(data, &cases, yaml.WithKnownFields()); err != nil {
		return nil, err
	}
	for _, c := range cases {
		switch {
		case c.Only != "" && c.Only != OnlyEnvoy:
			return nil, fmt.Errorf("%s: only %q: no such host", c.Name, c.Only)
		case len(c.Steps) == 0:
			return nil, fmt.Errorf("%s: no steps", c.Name)
		}
	}
	return cases, nil
}

// Waits says whether playing the case takes time.
func (c Case) Waits() bool {
	for _, s := range c.Steps {
		if s.Wait > 0 {
			return true
		}
	}
	return false
}

// Answer returns the status and the headers that the upstream answers with, dates reckoned from now.
func (s Step) Answer(now time.Time) (status int, headers [][2]string) {
	if status = s.Status; status == 0 {
		status = http.StatusOK
	}
	for _, h := range s.Response {
		h[1] = moment.ReplaceAllStringFunc(h[1], func(text string) string {
			after, _ := time.ParseDuration(moment.FindStringSubmatch(text)[1])
			return now.Add(after).UTC().Format(http.TimeFormat)
		})
		headers = append(headers, h)
	}
	return status, headers
}

var moment = regexp.MustCompile(`\{now\+(\w+)\}`)
