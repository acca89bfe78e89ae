package headers

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestList(t *testing.T) {
	start := func() List { return Of(Header{"User-Agent", "curl"}, Header{"X-Two", "a"}, Header{"x-two", "b"}) }
	for name, tc := range map[string]struct {
		do   func(*List)
		want List
	}{
		"names are lower case":             {func(*List) {}, List{{"user-agent", "curl"}, {"x-two", "a"}, {"x-two", "b"}}},
		"add repeats a name":               {func(l *List) { l.Add("X-Two", "c") }, List{{"user-agent", "curl"}, {"x-two", "a"}, {"x-two", "b"}, {"x-two", "c"}}},
		"add joins where Envoy has a slot": {func(l *List) { l.Add("User-Agent", "wget") }, List{{"user-agent", "curl,wget"}, {"x-two", "a"}, {"x-two", "b"}}},
		"add fills an empty slot":          {func(l *List) { l.Add("accept", "*/*") }, List{{"user-agent", "curl"}, {"x-two", "a"}, {"x-two", "b"}, {"accept", "*/*"}}},
		"set replaces the first":           {func(l *List) { l.Set("x-Two", "c") }, List{{"user-agent", "curl"}, {"x-two", "c"}, {"x-two", "b"}}},
		"set adds":                         {func(l *List) { l.Set("x-new", "") }, List{{"user-agent", "curl"}, {"x-two", "a"}, {"x-two", "b"}, {"x-new", ""}}},
		"remove takes all":                 {func(l *List) { l.Remove("X-TWO") }, List{{"user-agent", "curl"}}},
		"replace":                          {func(l *List) { l.Replace(List{{"Via", "a"}, {"via", "b"}}) }, List{{"via", "a,b"}}},
	} {
		t.Run(name, func(t *testing.T) {
			l := start()
			tc.do(&l)
			if d := cmp.Diff(tc.want, l); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func TestGet(t *testing.T) {
	l := List{{"x-two", "a"}, {"x-two", "b"}}
	if v, ok := l.Get("X-Two"); v != "a" || !ok {
		t.Errorf("got %q, %v", v, ok)
	}
	if v, ok := l.Get("none"); v != "" || ok {
		t.Errorf("got %q, %v", v, ok)
	}
	if n := l.Size(); n != 12 {
		t.Errorf("size %d", n)
	}
}

func TestInvalid(t *testing.T) {
	for name, tc := range map[string]struct {
		header  Header
		invalid bool
	}{
		"plain":              {Header{"x-a", "b c"}, false},
		"pseudo":             {Header{":path", "/"}, false},
		"empty":              {Header{"x-a", ""}, false},
		"tab":                {Header{"x-a", "b\tc"}, false},
		"not ASCII":          {Header{"x-a", "\xff\xfe"}, false},
		"line break":         {Header{"x-a", "b\r\nc: d"}, true},
		"line feed":          {Header{"x-a", "b\nc"}, true},
		"zero":               {Header{"x-a", "b\x00c"}, true},
		"space in the name":  {Header{"x a", "b"}, true},
		"line break in name": {Header{"x\r\na", "b"}, true},
	} {
		if _, invalid := (List{{"ok", "ok"}, tc.header}).Invalid(); invalid != tc.invalid {
			t.Errorf("%s: invalid is %v", name, invalid)
		}
	}
}
