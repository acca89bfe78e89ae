package config

import (
	"os"
	"testing"

	"github.com/livefilter/livefilter/internal/docs"
)

// TestReference holds docs/reference/config.md to the schema.
func TestReference(t *testing.T) {
	schema, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	text, err := docs.Schema(schema)
	if err != nil {
		t.Fatal(err)
	}
	if err := docs.Hold("../../docs/reference/config.md", text, *update); err != nil {
		t.Error(err)
	}
}
