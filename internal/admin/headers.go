package admin

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// Header is in every answer of an admin port, to anybody, so that who asks can tell it from other servers.
const Header = "X-Livefilter"

// harden gives every answer the headers that keep a browser from using it for anything but to show it.
func harden(h http.Header) {
	h.Set(Header, "admin")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
}

// policy lets the page's own style sheet work, and nothing else.
var policy = "default-src 'none'; style-src " + styleHash(pageText) + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func styleHash(page string) string {
	_, rest, _ := strings.Cut(page, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
