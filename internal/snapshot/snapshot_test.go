package snapshot

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/builtin"
	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/uaecho"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func build(t *testing.T, file string) []proto.Message {
	t.Helper()
	resources, err := Build(parse(t, file))
	if err != nil {
		t.Fatal(err)
	}
	return resources
}

func parse(t *testing.T, file string) *config.Config {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse(file, data, read)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// read stands for the files that the configs name.
func read(path string) ([]byte, error) {
	switch filepath.Base(path) {
	case "own.wasm":
		return []byte("\x00asm\x01\x00\x00\x00"), nil
	case "ca.pem":
		return testCA, nil
	case "server.crt", "server.key":
		return os.ReadFile("../config/testdata/files/" + filepath.Base(path))
	}
	return nil, os.ErrNotExist
}

var testCA = func() []byte {
	u, err := uaecho.New(uaecho.Options{})
	if err != nil {
		panic(err)
	}
	return u.CA()
}()

// Each testdata/*.yaml gives the resources in the *.json beside it, in the order in which
// they are sent. `go test ./internal/snapshot -update` rewrites them.
func TestGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			got := dump(t, build(t, file))
			golden := strings.TrimSuffix(file, ".yaml") + ".json"
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), string(got)); d != "" {
				t.Errorf("-%s +built:\n%s", golden, d)
			}
		})
	}
}

// dump gives resources as JSON, with names in the place of long bytes.
func dump(t *testing.T, resources []proto.Message) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, r := range resources {
		packed, err := anypb.New(r)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := protojson.Marshal(packed)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Indent(&out, raw, "", "  "); err != nil { // protojson's own spacing varies
			t.Fatal(err)
		}
		out.WriteByte('\n')
	}
	text := out.String()
	for name, content := range map[string][]byte{"filter.wasm": builtin.Filter, "ca.pem": testCA} {
		encoded, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, string(encoded), `"<`+name+`>"`)
	}
	return []byte(text)
}

func TestTheSameConfigGivesTheSameBytes(t *testing.T) {
	options := proto.MarshalOptions{Deterministic: true}
	a, b := build(t, "testdata/design.yaml"), build(t, "testdata/design.yaml")
	for i := range a {
		x, err := options.Marshal(a[i])
		if err != nil {
			t.Fatal(err)
		}
		y, err := options.Marshal(b[i])
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(x, y) {
			t.Errorf("resource %d differs", i)
		}
	}
}
