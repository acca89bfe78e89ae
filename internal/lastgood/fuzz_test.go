package lastgood

import (
	"reflect"
	"testing"
)

// FuzzLoad holds that no text makes decode panic or return what it should not: what is decoded
// has its config file, and is the same encoded and decoded again.
func FuzzLoad(f *testing.F) {
	for _, c := range []Config{older, newer, {File: "x", Contents: map[string][]byte{"x": module, "y": nil, "z": {}}}} {
		text := mustEncode(f, c)
		f.Add(text, false)
		f.Add(text[len(sealed("")):], true)
	}
	f.Add([]byte(`{"livefilter":"last good config","format":3}`), false)
	f.Fuzz(func(t *testing.T, text []byte, seal bool) {
		if seal { // so that more than the checksum is tried
			text = sealed(string(text))
		}
		c, err := decode(text)
		if err != nil {
			if c != nil {
				t.Errorf("%+v with %v", c, err)
			}
			return
		}
		if _, err := c.Read(c.File); err != nil {
			t.Error(err)
		}
		if year := c.Saved.Year(); year < 0 || year > 9999 {
			return // in another zone it was still one that JSON has
		}
		same, err := decode(mustEncode(t, *c))
		must(t, err)
		if same.Saved.Equal(c.Saved) {
			same.Saved = c.Saved
		}
		if !reflect.DeepEqual(same, c) {
			t.Errorf("encoded %+v, decoded %+v", c, same)
		}
	})
}
