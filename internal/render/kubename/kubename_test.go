package kubename

import (
	"strings"
	"testing"
)

func TestFrom(t *testing.T) {
	for s, want := range map[string]string{
		"my-wasm-filter": "my-wasm-filter", "My_Filter.v2": "my-filter-v2", "...": "livefilter", "": "livefilter", "-a-": "a", "Ü1": "1",
		strings.Repeat("a", 62) + "--b": strings.Repeat("a", 62),
		strings.Repeat("b", 128):        strings.Repeat("b", 63),
	} {
		got := From(s)
		if got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
		if err := Check(got); err != nil {
			t.Errorf("%q gives %q: %v", s, got, err)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, good := range []string{"a", "0", "a-b", strings.Repeat("a", 63)} {
		if err := Check(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", "-a", "a-", "a.b", "A", "a_b", "a\n", "ä", strings.Repeat("a", 64)} {
		if Check(bad) == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestParseLabel(t *testing.T) {
	for _, good := range []string{"app=my-client", "app.kubernetes.io/name=x", "a=", "A_b.c=1"} {
		l, err := ParseLabel(good)
		if err != nil || l.String() != good {
			t.Errorf("%q: got %v, %v", good, l, err)
		}
	}
	for _, bad := range []string{"", "app", "=x", "a=b=c", "a/=x", "/a=x", "a/b/c=x", "A/b=x", "a=-", "a= ", "a\n=b", "a=b,c=d"} {
		if l, err := ParseLabel(bad); err == nil {
			t.Errorf("%q: got %v", bad, l)
		}
	}
}
