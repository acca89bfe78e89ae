package typed

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/anypb"
)

var update = flag.Bool("update", false, "rewrite the golden files from what the code does now")

// TestRead holds each testdata/NAME.yaml to NAME.txt: the message that was read, or all that is wrong.
func TestRead(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			f, problems := Read(parse(t, file), "typed_config")
			var got strings.Builder
			for _, p := range problems {
				fmt.Fprintf(&got, "%d:%d: %s: %s\n", p.Node.Line, p.Node.Column, p.Path, p.Message)
			}
			if len(problems) == 0 {
				got.WriteString(asJSON(t, f))
			}
			if bad := strings.HasPrefix(filepath.Base(file), "bad-"); bad != (len(problems) > 0) {
				t.Errorf("problems: %v", problems)
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", got.String())
		})
	}
}

// TestTypes: each type that a config can name is known, and each that has something in its place.
func TestTypes(t *testing.T) {
	for _, f := range filters {
		if _, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(prefix + f)); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
	for name := range elsewhere {
		if _, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func parse(t *testing.T, file string) *yaml.Node {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var n yaml.Node
	if err := yaml.Unmarshal(data, &n); err != nil {
		t.Fatal(err)
	}
	return n.Content[0]
}

func asJSON(t *testing.T, f Filter) string {
	t.Helper()
	m, err := (&anypb.Any{TypeUrl: f.TypeURL, Value: f.Value}).UnmarshalNew()
	if err != nil {
		t.Fatal(err)
	}
	again, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil || !bytes.Equal(again, f.Value) {
		t.Errorf("not the one form: %v", err)
	}
	data, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, data, "", "  "); err != nil {
		t.Fatal(err)
	}
	for _, c := range f.Clusters {
		fmt.Fprintf(&b, "\ncluster %s at %d:%d %s", c.Name, c.Node.Line, c.Node.Column, c.Path)
	}
	return b.String() + "\n"
}

func golden(t *testing.T, file, got string) {
	t.Helper()
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
