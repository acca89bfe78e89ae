package prepare

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/livefilter/livefilter/internal/config"
	"github.com/livefilter/livefilter/internal/format"
	"github.com/livefilter/livefilter/internal/redact"
)

// textsOf are what c has that must not be shown, in words of others either. What names things stays:
// filters, upstreams, hosts, headers, files, aliases, variables.
func textsOf(c *config.Config) *redact.Texts {
	return redact.Of(func() (secret, public []string) {
		var t texts
		t.config(c)
		return t.secret, t.public
	})
}

type texts struct{ secret, public []string }

func (t *texts) hide(s ...string) { t.secret = append(t.secret, s...) }
func (t *texts) show(s ...string) { t.public = append(t.public, s...) }

func (t *texts) config(c *config.Config) {
	pair := func(p *config.KeyPair) {
		if p != nil {
			t.hide(string(p.Key))
			t.show(p.CertPath, p.KeyPath)
		}
	}
	pair(c.Listener.TLS)
	t.show(c.Listener.Address)
	for _, u := range c.Upstreams {
		t.show(u.Name, u.Host, fmt.Sprintf("%s:%d", u.Host, u.Port))
		t.match(u.Match)
		if u.TLS != nil {
			t.show(u.TLS.SNI, u.TLS.CAPath)
			pair(u.TLS.Client)
		}
	}
	for _, f := range c.Filters {
		t.filter(f)
	}
}

func (t *texts) filter(f config.Filter) {
	t.show(f.Name)
	t.match(f.Match)
	for _, h := range f.Rules() {
		t.rule(h)
	}
	if m := f.Mutate; m != nil {
		for _, all := range [][]config.HeaderIs{m.Request.Set, m.Request.Append, m.Request.Default, m.Response.Set, m.Response.Append, m.Response.Default} {
			t.headers(all)
		}
		t.show(m.Request.Remove...)
		t.show(m.Response.Remove...)
	}
	if f.Typed != nil {
		t.show(f.Typed.TypeURL)
		t.show(f.Typed.Calls...)
		t.show(f.Typed.Others...)
		t.packed(&anypb.Any{TypeUrl: f.Typed.TypeURL, Value: f.Typed.Config})
	}
	if m := f.Module; m != nil {
		t.show(m.Path, m.ConfigFrom, m.Share)
		t.module(m)
	}
}

func (t *texts) rule(h config.Header) {
	t.show(h.ValuesFrom, h.Pick.Name)
	t.show(h.Headers()...)
	for _, v := range h.Values {
		t.show(v.As)
		if h.Name == config.UpstreamHeader {
			continue // names
		}
		t.hide(v.Value)
		for _, s := range v.Set {
			if s != nil {
				t.hide(*s)
			}
		}
	}
	if h.Evict != nil {
		t.headers(h.Evict.Header)
		t.show(h.Evict.ResetHeader)
	}
}

func (t *texts) match(m *config.Match) {
	if m == nil {
		return
	}
	t.show(m.Paths...)
	t.show(m.Hosts...)
	for _, h := range m.Headers {
		t.show(h.Name)
		t.hide(h.Values...)
	}
}

// headers may have Envoy's commands in their values, which are no secrets.
func (t *texts) headers(all []config.HeaderIs) {
	for _, h := range all {
		t.show(h.Name)
		parts, err := format.Parse(h.Value)
		if err != nil {
			t.hide(h.Value)
		}
		for _, p := range parts {
			if p.Command == "" {
				t.hide(p.Text)
			}
		}
	}
}

// fieldLike is how the keys of mappings are called that are fields, of a module's config say. One of
// another kind may be a text as any other.
var fieldLike = regexp.MustCompile(`^[A-Za-z_-]{1,40}$`)

func (t *texts) key(key string) {
	if fieldLike.MatchString(key) {
		t.show(key)
	} else {
		t.hide(key)
	}
}

func (t *texts) module(m *config.Module) {
	for name, value := range m.Env {
		t.show(name)
		t.hide(value)
	}
	var read func(v any)
	read = func(v any) {
		switch v := v.(type) {
		case string:
			t.hide(v)
		case json.Number:
			t.hide(v.String())
		case []any:
			for _, e := range v {
				read(e)
			}
		case map[string]any:
			for key, e := range v {
				t.key(key)
				read(e)
			}
		}
	}
	numbers := json.NewDecoder(strings.NewReader(m.Config))
	numbers.UseNumber()
	var v any
	if err := numbers.Decode(&v); err == nil && !numbers.More() {
		read(v)
	} else {
		t.hide(m.Config)
	}
}

// called is a cluster in preflight's words on a call to it: a name, though it comes from a module's
// config as a rule. What a module says itself has its quotes escaped.
var called = regexp.MustCompile(`call to "[A-Za-z0-9._|:/-]{1,64}"`)

// said are preflight's words without the texts.
func said(words string, texts *redact.Texts) string {
	var out strings.Builder
	end := 0
	for _, at := range called.FindAllStringIndex(words, -1) {
		out.WriteString(texts.Hide(words[end:at[0]]) + words[at[0]:at[1]])
		end = at[1]
	}
	return out.String() + texts.Hide(words[end:])
}

// hidden is err without the texts.
func hidden(err error, texts *redact.Texts) error {
	var refused config.Errors
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		for i := range refused {
			refused[i].Message = texts.Hide(refused[i].Message)
		}
		return err
	}
	if text := texts.Hide(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}
