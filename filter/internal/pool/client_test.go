package pool

import "testing"

func TestCookie(t *testing.T) {
	for _, c := range [][2]string{
		{"", ""},
		{"sid", ""},
		{"sid=", ""},
		{"sid=1", "1"},
		{"a=0; sid=1; sid=2", "1"},
		{"a=0;sid=1", "1"},
		{"a=sid=3; SID=2; sid=1", "1"},
		{"xsid=3;  sid=\"1;", "\"1"},
		{"sid=a=b; x", "a=b"},
		{";;sid=1;", "1"},
		{"sid =1", ""},
	} {
		if got := cookie(c[0], "sid"); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
}

func TestWithoutPort(t *testing.T) {
	for text, want := range map[string]string{
		"":               "",
		"1.2.3.4:5":      "1.2.3.4",
		"1.2.3.4":        "1.2.3.4",
		"[::1]:80":       "[::1]",
		"[::1]":          "[::1]",
		"example.com:":   "example.com",
		"example.com:8a": "example.com:8a",
		"123":            "123",
	} {
		if got := withoutPort(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
