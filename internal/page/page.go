// Package page is the status for people, in a browser: a page that is kept open.
//
// The page is HTML that the server renders: it works without a script, as of when it was loaded.
// The script of it listens on a stream (see Stream) that says when the content has changed,
// fetches the content again, and changes what differs in the document: scroll, focus and what is
// unfolded stay. So there is one template for both, and nothing is computed in the browser.
//
// What it shows of the config are names, kinds, hosts and numbers, never values.
package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"sync"
	"time"

	"github.com/livefilter/livefilter/internal/version"
)

// Policy is the content security policy under which the page works: its own files and nothing else, no inline script
// or style, and no text that a script makes HTML of (trusted types).
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

//go:embed page.html
var shellText string

//go:embed content.html
var contentText string

//go:embed page.css
var style []byte

//go:embed page.js
var script []byte

var (
	contentTemplate = template.Must(template.New("content").Funcs(functions).Parse(contentText))
	shellTemplate   = template.Must(template.New("shell").Parse(shellText))
)

// A rendered content is given to others who ask, too, for a while: five times as long as rendering took, so that it takes no more
// than a fifth of a processor, but never for more than maxFresh, since the page is to be of now.
const (
	minFresh = 200 * time.Millisecond
	maxFresh = time.Second
)

// Page serves the page. Its methods are safe for concurrent use.
type Page struct {
	view func() View
	now  func() time.Time

	mu    sync.Mutex // is held while the content is rendered
	last  content
	until time.Time // how long last is fresh

	streams streams
}

// content is a rendering.
type content struct {
	html  template.HTML
	hash  string // of html
	title string
	icon  string // file name
}

// New returns a Page of what view returns, which must be safe for concurrent use.
func New(view func() View) *Page {
	return &Page{view: view, now: time.Now, streams: newStreams()}
}

// Register offers the page at /, and what it is made of.
func (p *Page) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", p.shell)
	mux.HandleFunc("GET /fragment", p.fragment)
	mux.HandleFunc("GET /stream", p.stream)
	mux.HandleFunc("GET /page.css", file("text/css; charset=utf-8", style))
	mux.HandleFunc("GET /page.js", file("text/javascript; charset=utf-8", script))
	for _, i := range []icon{lives, warns, fails} {
		mux.HandleFunc("GET /"+i.file(), file("image/svg+xml", i.svg()))
	}
}

func file(kind string, bytes []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(bytes) // the client went away
	}
}

// shell is the whole document.
func (p *Page) shell(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	c := p.render()
	_ = shellTemplate.Execute(w, map[string]any{"Title": c.title, "Icon": c.icon, "HTML": c.html, "Build": version.Of().String()})
}

// fragment is the part of the document that changes, in a document of its own, as a parser wants it.
func (p *Page) fragment(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte("<!doctype html><title>fragment</title>" + p.render().html))
}

// render returns the content of now, or of a moment ago.
func (p *Page) render() content {
	p.mu.Lock()
	defer p.mu.Unlock()
	start := p.now()
	if start.Before(p.until) {
		return p.last
	}
	m := modelOf(p.view())
	var inner, outer bytes.Buffer
	if err := contentTemplate.ExecuteTemplate(&inner, "inner", m); err != nil {
		inner.Reset()
		template.HTMLEscape(&inner, []byte(err.Error())) // a mistake in the template, which the tests find
	}
	sum := sha256.Sum256(inner.Bytes())
	c := content{hash: hex.EncodeToString(sum[:8]), title: m.Title, icon: m.Icon.file()}
	_ = contentTemplate.ExecuteTemplate(&outer, "outer", map[string]any{
		"Hash": c.hash, "Title": m.Title, "Icon": c.icon, "Build": version.Of().String(), "HTML": template.HTML(inner.String()),
	})
	c.html = template.HTML(outer.String())
	end := p.now()
	p.last, p.until = c, end.Add(min(maxFresh, max(minFresh, 5*end.Sub(start))))
	return c
}
