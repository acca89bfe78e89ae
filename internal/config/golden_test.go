package config

import (
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "rewrite the golden files from what the code does now")

// TestValid holds each valid-NAME.yaml to valid-NAME.json, the Config that it means.
func TestValid(t *testing.T) {
	for _, name := range files(t, "valid-") {
		t.Run(name, func(t *testing.T) {
			c, err := parse(t, name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(c, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".json", string(got)+"\n")
		})
	}
}

// TestInvalid holds each invalid-NAME.yaml to invalid-NAME.txt, everything that is said
// about it.
func TestInvalid(t *testing.T) {
	for _, name := range files(t, "invalid-") {
		t.Run(name, func(t *testing.T) {
			c, err := parse(t, name)
			if err == nil {
				t.Fatalf("accepted: %+v", c)
			}
			if c != nil {
				t.Errorf("returned a Config as well as an error: %+v", c)
			}
			golden(t, name+".txt", err.Error()+"\n")
		})
	}
}

// TestSame: same-as-NAME.yaml means what valid-NAME.yaml means.
func TestSame(t *testing.T) {
	for _, name := range files(t, "same-as-") {
		t.Run(name, func(t *testing.T) {
			got, err := parse(t, name)
			if err != nil {
				t.Fatal(err)
			}
			want, err := parse(t, "valid-"+strings.TrimPrefix(name, "same-as-"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{})); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestShipped: the configs that users begin with are valid, and lead editors to the schema.
func TestShipped(t *testing.T) {
	shipped, err := filepath.Glob("../../config/*.yaml")
	if err != nil || len(shipped) == 0 {
		t.Fatalf("none found: %v", err)
	}
	for _, file := range shipped {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		read := func(path string) ([]byte, error) {
			if path == filepath.FromSlash("../../certs/ca.pem") { // ua-echo writes it
				path = "testdata/files/ca.pem"
			}
			return os.ReadFile(path)
		}
		if _, err := Parse(file, data, read); err != nil {
			t.Error(err)
		}
		first, _, _ := strings.Cut(string(data), "\n")
		schema, ok := strings.CutPrefix(first, "# yaml-language-server: $schema=")
		if !ok || filepath.Join(filepath.Dir(file), schema) != filepath.Join("../../internal/config", schemaFile) {
			t.Errorf("%s does not begin with a line that leads to %s: %s", file, schemaFile, first)
		}
	}
}

// files returns the names of the files testdata/PREFIX*.yaml, without folder and suffix.
func files(t testing.TB, prefix string) []string {
	t.Helper()
	found, err := filepath.Glob("testdata/" + prefix + "*.yaml")
	if err != nil || len(found) == 0 {
		t.Fatalf("no testdata/%s*.yaml: %v", prefix, err)
	}
	for i, file := range found {
		found[i] = strings.TrimSuffix(filepath.Base(file), ".yaml")
	}
	return found
}

// parse reads testdata/NAME.yaml as a user would who stands in that folder.
func parse(t testing.TB, name string) (*Config, error) {
	t.Helper()
	return Parse(name+".yaml", content(t, name), readTestdata)
}

// content returns what is in testdata/NAME.yaml.
func content(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func readTestdata(path string) ([]byte, error) {
	if name, ok := Variable(path); ok {
		value, ok := map[string]string{
			"API_KEY": "k1", "API_KEY_2": " k2\n", "EMPTY": "\n", "QUOTED": `"k3"`, "LINES": "a\nb", "SAME": "k1",
		}[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return []byte(value), nil
	}
	if filepath.IsAbs(path) {
		return os.ReadFile(path)
	}
	return os.ReadFile(filepath.Join("testdata", path))
}

// golden compares got with testdata/FILE, or writes it there with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	file = filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", file, diff)
	}
}
