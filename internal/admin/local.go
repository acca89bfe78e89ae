package admin

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// onLoopback says whether both ends of a request's connection are this machine's own. One end is not enough:
// some proxies in a pod's network connect from 127.0.0.6 for anybody.
func onLoopback(r *http.Request) bool {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return local != nil && loopback(r.RemoteAddr) && loopback(local.String())
}

func loopback(address string) bool {
	end, err := netip.ParseAddrPort(address)
	return err == nil && end.Addr().Unmap().IsLoopback()
}

// namesLoopback says whether a request was meant for this machine by a name that no DNS has a say in: a web page
// of evil.example, which has DNS answer 127.0.0.1 for itself, has its own name in Host.
func namesLoopback(r *http.Request) bool {
	host := r.Host
	if name, port, err := net.SplitHostPort(host); err == nil && !strings.ContainsFunc(port, func(c rune) bool { return c < '0' || c > '9' }) {
		host = name
	} else if inner, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(inner, "]")
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == "" && ip.IsLoopback()
}

// forwarded says whether a proxy passes a request on: who asked it is anybody.
func forwarded(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"} {
		if len(r.Header.Values(name)) > 0 {
			return true
		}
	}
	return false
}
