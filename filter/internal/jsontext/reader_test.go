package jsontext

import (
	"encoding/json"
	"reflect"
	"testing"
)

// read reads any text that Reader knows the pieces of: no null, whole numbers only.
func read(r *Reader) (value any, err *Error) {
	switch c := r.Next(); {
	case c == '"':
		return r.String()
	case c == 't' || c == 'f':
		return r.Bool()
	case c == '[':
		list := []any{}
		err = r.Array(func(int) *Error {
			item, err := read(r)
			list = append(list, item)
			return err
		})
		return list, err
	case c == '{':
		object := map[string]any{}
		err = r.Object(func(key string) *Error {
			value, err := read(r)
			object[key] = value
			return err
		})
		return object, err
	}
	n, err := r.Integer()
	return float64(n), err
}

func readAll(text string) (any, *Error) {
	r := NewReader(text)
	value, err := read(r)
	if err == nil {
		err = r.End()
	}
	return value, err
}

var valid = []string{
	`"plain"`, `""`, `"\"\\\/\b\f\n\r\t"`, `"\u00e9\uD83D\ude80é🚀"`, `"\u0000"`, `"\ufffd"`,
	`0`, `-0`, `7`, `-12`, `123456789`, `1.0`, `-3.000`,
	`true`, `false`, ` [ ] `, `[1,2 , "3"]`, "{\n}", `{"a":{"b":[true,{"c":"d"}]},"e":1}`,
}

func TestReadsLikeEncodingJSON(t *testing.T) {
	for _, text := range valid {
		var want any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if got, err := readAll(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v (%v), want %v", text, got, err, want)
		}
	}
}

func TestRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                "must be a whole number at byte 1",
		`01`:              "must be a whole number at byte 1",
		`1.`:              "must be a whole number at byte 1",
		`1.5`:             "must be a whole number at byte 1",
		`1e3`:             "must be a whole number at byte 1",
		`-`:               "must be a whole number at byte 1",
		`1234567890`:      "must be a whole number at byte 1",
		`tru`:             "must be true or false at byte 1",
		`trues`:           "invalid JSON: more after the end at byte 5",
		`"a`:              "invalid JSON: string does not end at byte 3",
		`"\`:              "invalid JSON: escape at byte 2",
		`"\u12"`:          "invalid JSON: escape at byte 2",
		`"\u12g4"`:        "invalid JSON: escape at byte 2",
		`"\udc00"`:        "invalid JSON: escape at byte 8",
		`"\ud800\u0041"`:  "invalid JSON: escape at byte 14",
		"\"\xff\"":        "invalid JSON: not UTF-8 before this at byte 3",
		"\"\n\"":          "invalid JSON: control character in a string at byte 2",
		`[1`:              "invalid JSON: expected ',' or ']' at byte 3",
		`[1 2]`:           "invalid JSON: expected ',' or ']' at byte 4",
		`[1,]`:            "[1]: must be a whole number at byte 4",
		`{1:2}`:           "invalid JSON: expected a key at byte 2",
		`{"a" 1}`:         "invalid JSON: expected ':' at byte 6",
		`{"a":1,"a":2}`:   "a: given twice",
		`{"a":[{"b":x}]}`: "a[0].b: must be a whole number at byte 12",
		`1 1`:             "invalid JSON: more after the end at byte 3",
	} {
		if _, err := readAll(text); err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", text, err, want)
		}
	}
}

// FuzzRead holds the reader to encoding/json: what it accepts is JSON and means the same.
func FuzzRead(f *testing.F) {
	for _, text := range valid {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := readAll(text)
		if err != nil {
			return
		}
		var want any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatalf("%q: accepted, but %v", text, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	})
}
