package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

const withModule = `
filters:
  - name: f
    module: %s
upstreams:
  - {name: a, host: a.example, port: 443, tls: {ca: %s}}
`

// TestRead: read gets paths joined to the config file's folder, and messages have them as
// the user wrote them.
func TestRead(t *testing.T) {
	var got []string
	_, err := Parse("/etc/livefilter/config.yaml", fmt.Appendf(nil, withModule, "../m.wasm", "/ca.pem"),
		func(path string) ([]byte, error) {
			got = append(got, path)
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
		})
	if want := "[/etc/m.wasm /ca.pem]"; fmt.Sprint(got) != want {
		t.Errorf("read %v, want %s", got, want)
	}
	const want = `/etc/livefilter/config.yaml:4:13: filters[0].module: cannot read "../m.wasm": permission denied
/etc/livefilter/config.yaml:6:53: upstreams[0].tls.ca: cannot read "/ca.pem": permission denied`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// TestLimits: what is too large is refused. These files are too large for testdata.
func TestLimits(t *testing.T) {
	wasm := []byte("\x00asm\x01\x00\x00\x00")
	large := func(begin []byte, size int) []byte {
		return append(begin, bytes.Repeat([]byte(" "), size-len(begin))...)
	}
	module := fmt.Appendf(nil, withModule, "m.wasm", "files/ca.pem")
	ca, err := readTestdata("files/ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name   string
		config []byte
		module []byte
		ca     []byte
		want   string
	}{
		{"all at their limit", large(module, MaxBytes), large(wasm, MaxModuleBytes), large(ca, maxCABytes), ""},
		{"config", large(module, MaxBytes+1), wasm, ca, "c.yaml:1:1: the file is larger than 1048576 bytes"},
		{"module", module, large(wasm, MaxModuleBytes+1), ca,
			`c.yaml:4:13: filters[0].module: "m.wasm" is larger than 16 MiB`},
		{"ca", module, wasm, large(ca, maxCABytes+1),
			`c.yaml:6:53: upstreams[0].tls.ca: "files/ca.pem" is larger than 1 MiB`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Parse("c.yaml", tc.config, func(path string) ([]byte, error) {
				if path == "m.wasm" {
					return tc.module, nil
				}
				return tc.ca, nil
			})
			if got := fmt.Sprint(err); got != tc.want && (err != nil || tc.want != "") {
				t.Errorf("got %s\nwant %s", got, tc.want)
			}
		})
	}
}

// TestManyErrors: a file of nothing but mistakes gives a bounded report.
func TestManyErrors(t *testing.T) {
	_, err := Parse("c.yaml", []byte("filters:\n"+strings.Repeat("- x\n", 250)), readTestdata)
	var errs Errors
	if !errors.As(err, &errs) || len(errs) != maxErrors+1 {
		t.Fatalf("got %d errors", len(errs))
	}
	// One error a line, and the missing upstreams before them all.
	if got, want := errs[maxErrors].Error(), "c.yaml:101:3: and 151 more errors"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestPosition: a path leads to its line, and a path too deep to the nearest line known.
func TestPosition(t *testing.T) {
	c, err := parse(t, "valid-all")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"":                                       "valid-all.yaml:2:1",
		"nothing":                                "valid-all.yaml:2:1",
		"listener.port":                          "valid-all.yaml:4:9",
		"filters[0].headers[0].values":           "valid-all.yaml:13:11",
		"filters[0].headers[0].values[1].weight": "valid-all.yaml:14:51",
		"filters[0].headers[0].values[7]":        "valid-all.yaml:13:11",
		"filters[1].config.a.b[3]":               "valid-all.yaml:25:7",
		"upstreams[0].tls.sni":                   "valid-all.yaml:31:16",
		"upstreams[1].tls.sni":                   "valid-all.yaml:35:10",
	} {
		if got := c.Position(path).String(); got != want {
			t.Errorf("%q: got %s, want %s", path, got, want)
		}
	}
	if got := new(Config).Position("listener"); got != (Position{}) {
		t.Errorf("a Config that was not parsed has a position: %s", got)
	}
}

// TestLargeFiles: the time that a file of the largest size takes grows with its size, and no faster.
func TestLargeFiles(t *testing.T) {
	const text = "filters: [{name: f, module: m.wasm, config_from: f.json}]\nupstreams: [{name: u, host: h, port: 80}]\n"
	list := "[" + strings.Repeat("1,\n", MaxBytes/3-1) + "1]"
	c, err := Parse("c.yaml", []byte(text), func(path string) ([]byte, error) {
		if path == "m.wasm" {
			return []byte("\x00asm\x01\x00\x00\x00"), nil
		}
		return []byte(list), nil
	})
	if err != nil || c.Filters[0].Module.Config != strings.ReplaceAll(list, "\n", "") {
		t.Errorf("%.200v", err)
	}
}

// TestManyHeaders: a file that mentions far too many headers is refused as fast as it is read.
func TestManyHeaders(t *testing.T) {
	const text = "filters: [{name: f, headers: [{set_from: f.jsonl}]}]\nupstreams: [{name: u, host: h, port: 80}]\n"
	var file []byte
	for i := range 20_000 {
		file = fmt.Appendf(file, "{\"x-%d\": \"a\"}\n", i)
	}
	_, err := Parse("c.yaml", []byte(text), func(string) ([]byte, error) { return file, nil })
	if err == nil || !strings.Contains(err.Error(), "must have at most 16 headers, not 20000") {
		t.Errorf("%.300v", err)
	}
}
