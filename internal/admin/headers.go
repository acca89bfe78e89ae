package admin

import (
	"net/http"

	"github.com/livefilter/livefilter/internal/page"
)

// Header is in every answer of an admin port, to anybody, so that who asks can tell it from other servers.
const Header = "X-Livefilter"

// harden gives every answer the headers that keep a browser from using it for anything but to show it.
func harden(h http.Header) {
	h.Set(Header, "admin")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", page.Policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
}
