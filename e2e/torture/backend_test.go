//go:build torture

package torture

import (
	"net/http"
	"strings"

	"github.com/livefilter/livefilter/internal/uaecho"
)

// backends are the ports of the upstreams, the same in each network, on every address of it.
var backends = []string{"9001", "9002", "9003"}

// startBackends runs upstreams beside an Envoy.
func startBackends(n namespace) error {
	echo := uaecho.Handler()
	for _, port := range backends {
		lis, err := n.listen("0.0.0.0:" + port)
		if err != nil {
			return err
		}
		go http.Serve(lis, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Backend", port)
			if strings.HasPrefix(r.UserAgent(), "bad") || strings.HasPrefix(r.Header.Get("X-Key"), "bad") {
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			echo.ServeHTTP(w, r)
		}))
	}
	return nil
}
