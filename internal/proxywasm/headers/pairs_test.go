package headers

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEncode(t *testing.T) {
	l := List{{":status", "200"}, {"x", ""}}
	want := "\x02\x00\x00\x00" + "\x07\x00\x00\x00\x03\x00\x00\x00" + "\x01\x00\x00\x00\x00\x00\x00\x00" + ":status\x00200\x00x\x00\x00"
	if got := string(Encode(l)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if d := cmp.Diff(l, Decode([]byte(want))); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// What Envoy cannot read is no pairs at all, rather than some.
func TestDecodeNothing(t *testing.T) {
	good := string(Encode(List{{"a", "b"}}))
	for name, b := range map[string]string{
		"empty":          "",
		"no count":       "\x01\x00",
		"a byte short":   good[:len(good)-1],
		"a byte more":    good + "\x00",
		"no zero":        good[:len(good)-1] + "x",
		"count too high": "\xff" + good[1:],
		"too many":       string(Encode(make(List, maxPairs+1))),
		"too large":      string(Encode(List{{"a", strings.Repeat("b", maxPairsBytes)}})),
	} {
		if got := Decode([]byte(b)); got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(Encode(List{{"a", "b"}, {"", ""}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if l := Decode(b); l != nil && !bytes.Equal(Encode(l), b) {
			t.Errorf("%x reads as %v, which is written otherwise", b, l)
		}
	})
}
