package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemaFile = "livefilter.schema.json"

// TestSchemaAcceptsValid: an editor that knows the schema marks nothing in a good file.
func TestSchemaAcceptsValid(t *testing.T) {
	schema := compileSchema(t)
	for _, name := range append(files(t, "valid-"), files(t, "same-as-")...) {
		document, ok := asJSON(content(t, name))
		if !ok {
			t.Errorf("%s cannot be read", name)
			continue
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An editor marks nothing in the examples either.
func TestSchemaAcceptsExamples(t *testing.T) {
	schema := compileSchema(t)
	for _, pattern := range []string{"../../examples/*.yaml", "../../examples/*/*.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if document, ok := asJSON(text); !ok || schema.Validate(document) != nil {
				t.Errorf("%s: %v", name, schema.Validate(document))
			}
		}
	}
}

// TestSchemaRefusesInvalid holds testdata/beyond-schema.txt to the bad files in which an
// editor sees nothing wrong. Each should be a thing that a schema cannot say.
func TestSchemaRefusesInvalid(t *testing.T) {
	schema := compileSchema(t)
	var beyond strings.Builder
	for _, name := range files(t, "invalid-") {
		document, ok := asJSON(content(t, name))
		if ok && schema.Validate(document) == nil {
			beyond.WriteString(name + "\n")
		}
	}
	golden(t, "beyond-schema.txt", beyond.String())
}

// TestSchemaFields: the schema has the fields that Parse reads, each with a description,
// and requires those that Parse requires. What Parse reads is learnt from what it says
// about a field that it does not know.
func TestSchemaFields(t *testing.T) {
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	type property struct {
		Description string `json:"description"`
		Ref         string `json:"$ref"`
	}
	type object struct {
		Description string              `json:"description"`
		Type        any                 `json:"type"`
		Properties  map[string]property `json:"properties"`
		Required    []string            `json:"required"`
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}

	schema.Defs[""] = schema.object
	for name, o := range schema.Defs {
		if o.Type == "object" && places[name] == "" {
			t.Errorf("$defs/%s: this test does not know where it stands", name)
		}
	}
	for name, document := range places {
		o := schema.Defs[name]
		fields := slices.Sorted(maps.Keys(o.Properties))
		for field, p := range o.Properties {
			if p.Description == "" && schema.Defs[strings.TrimPrefix(p.Ref, "#/$defs/")].Description == "" {
				t.Errorf("%s: field %s has no description", name, field)
			}
		}
		known, required := fieldsKnown(t, document)
		if diff := cmp.Diff(known, fields); diff != "" {
			t.Errorf("%s: fields (-Parse +schema)\n%s", name, diff)
		}
		slices.Sort(o.Required)
		if diff := cmp.Diff(required, o.Required, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: required (-Parse +schema)\n%s", name, diff)
		}
	}
}

// places has each object of the schema, by its name in $defs, in a document that gives it
// the field that no object has.
var places = map[string]string{
	"":              `{zzzzzzzz: 0}`,
	"listener":      `{listener: {zzzzzzzz: 0}}`,
	"filter":        `{filters: [{zzzzzzzz: 0}]}`,
	"match":         `{filters: [{match: {zzzzzzzz: 0}}]}`,
	"header":        `{filters: [{headers: [{zzzzzzzz: 0}]}]}`,
	"value":         `{filters: [{headers: [{values: [{weight: 1, zzzzzzzz: 0}]}]}]}`,
	"choice":        `{filters: [{headers: [{set: [{headers: {}, zzzzzzzz: 0}]}]}]}`,
	"balance":       `{filters: [{balance: {zzzzzzzz: 0}}]}`,
	"mutate":        `{filters: [{mutate: {zzzzzzzz: 0}}]}`,
	"mutations":     `{filters: [{mutate: {request: {zzzzzzzz: 0}}}]}`,
	"weighted":      `{filters: [{balance: {upstreams: [{zzzzzzzz: 0}]}}]}`,
	"sticky":        `{filters: [{headers: [{pick: {sticky: {zzzzzzzz: 0}}}]}]}`,
	"evict":         `{filters: [{headers: [{evict: {zzzzzzzz: 0}}]}]}`,
	"upstream":      `{upstreams: [{zzzzzzzz: 0}]}`,
	"upstreamMatch": `{upstreams: [{match: {zzzzzzzz: 0}}]}`,
	"client":        `{clients: [{zzzzzzzz: 0}]}`,
	"tls":           `{upstreams: [{tls: {zzzzzzzz: 0}}]}`,
}

// fieldsKnown returns the fields that Parse knows and requires where it finds zzzzzzzz.
func fieldsKnown(t *testing.T, document string) (known, required []string) {
	t.Helper()
	_, err := Parse("x.yaml", []byte(document), readTestdata)
	var errs Errors
	if !errors.As(err, &errs) {
		t.Fatalf("%s: %v", document, err)
	}
	var object string
	for _, e := range errs {
		if list, ok := strings.CutPrefix(e.Message, `unknown field; here may be `); ok {
			object, known = e.Path, strings.Split(list, ", ")
		}
	}
	for _, e := range errs {
		dot := strings.LastIndex(e.Path, ".")
		if strings.HasPrefix(e.Message, "is required") && e.Path[:max(0, dot)] == object {
			required = append(required, e.Path[dot+1:])
		}
	}
	slices.Sort(known)
	slices.Sort(required)
	return known, required
}

func compileSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON returns the YAML in data as an editor's schema check sees it, and whether it can
// be read as plain YAML at all.
func asJSON(data []byte) (any, bool) {
	p := &parser{file: "x.yaml", positions: make(map[string]Position)}
	root := p.document(data)
	if root == nil {
		return nil, false
	}
	var b bytes.Buffer
	p.at(root, "").writeJSON(&b)
	document, err := jsonschema.UnmarshalJSON(&b)
	return document, err == nil && len(p.errs) == 0
}
