package admin

import "net/http"

// foreign says whether a browser asks for a web page of another origin than this one. A link to a page is let pass: what
// it loads is not for the page that the link is on. Other programs send none of these headers.
func foreign(r *http.Request) bool {
	site, origin := r.Header.Values("Sec-Fetch-Site"), r.Header.Values("Origin")
	switch {
	case len(site) > 1 || len(origin) > 1:
		return true
	case len(site) == 1:
		return site[0] != "same-origin" && site[0] != "none" && !link(r)
	case len(origin) == 1: // browsers send Sec-Fetch-Site to https and loopback alone
		scheme := "http"
		if r.TLS != nil {
			scheme = "https"
		}
		return origin[0] != scheme+"://"+r.Host
	}
	return false
}

// link says whether a browser shows the answer in a tab of its own.
func link(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && len(r.Header.Values("Origin")) == 0 &&
		r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}
