package docs

import (
	"flag"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the generated part of docs/reference/status.md")

// TestReferenceStatus holds docs/reference/status.md to the comments of what is sent.
func TestReferenceStatus(t *testing.T) {
	text, err := Structs("..", []Struct{
		{"live", "Status", "Status"},
		{"version", "Build", "Build"},
		{"xds", "Node", "Node"},
		{"xds", "TypeStatus", "Resource"},
		{"figures", "Traffic", "Traffic"},
		{"xds", "Denial", "Denial"},
		{"timeline", "Edit", "Edit"},
		{"timeline", "Step", "Step"},
		{"timeline", "Answer", "Answer"},
		{"history", "Entry", "Entry"},
		{"live", "Out", "Out"},
		{"figures", "Out", "Value that is out"},
		{"live", "Retried", "Retried"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := Hold(root+"/docs/reference/status.md", text, *update); err != nil {
		t.Error(err)
	}
}
