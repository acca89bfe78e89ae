package admin

import (
	_ "embed"
	"html/template"
	"net/http"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/xds"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"short": xds.ShortType}).Parse(pageText))

// page is the status for people, in a browser.
func page(status func() live.Status) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = pageTemplate.Execute(w, status()) // the client went away
	}
}
