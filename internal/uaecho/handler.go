package uaecho

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
)

// Seen is what a request looked like when it arrived here.
type Seen struct {
	Method   string `json:"method"`
	Path     string `json:"path"`
	Query    string `json:"query,omitempty"`
	Host     string `json:"host"`     // Host or :authority
	Protocol string `json:"protocol"` // HTTP/1.1 or HTTP/2.0
	// Headers holds every header but Host, names in Go's canonical form, one entry a header line.
	Headers http.Header `json:"headers"`
	TLS     *SeenTLS    `json:"tls,omitempty"` // absent on plaintext
}

// SeenTLS is what the client's handshake said.
type SeenTLS struct {
	SNI     string `json:"sni"`
	ALPN    string `json:"alpn"`
	Version string `json:"version"`
}

// userAgent is one entry of the answer of www.whatsmyua.info, which gives one entry for each of its parsers. Only the
// first one's rawUa, the header as it arrived, is promised here.
type userAgent struct {
	Meta struct {
		Name string `json:"name"`
	} `json:"meta"`
	UA struct {
		RawUA string `json:"rawUa"`
	} `json:"ua"`
}

// Handler answers /api/v1/ua as www.whatsmyua.info does, /healthz with 200, and every other path with the request as
// it arrived (Seen, as JSON). The status is 200 unless the request asks for another or one of the rules fires;
// requests ask by /status/CODE or by these query parameters, on any path but /healthz:
//
//	status=429        the status, 200 to 599; it wins over the rules
//	retry-after=5     a Retry-After header, in seconds or as an HTTP date
//	delay=50ms        wait before answering, at most MaxDelay
//
// What cannot be read is answered with 400 and the reason.
func Handler(rules ...Rule) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.Handle("/api/v1/ua", onDemand(rules, func(r *http.Request) any {
		var entry userAgent
		entry.Meta.Name = "ua-echo"
		entry.UA.RawUA = r.UserAgent()
		return []userAgent{entry}
	}))
	echo := onDemand(rules, func(r *http.Request) any { return see(r) })
	mux.Handle("/status/{code}", echo)
	mux.Handle("/", echo)
	return mux
}

// onDemand answers with the body that answer makes, after the delay and with the status that the request calls for.
func onDemand(rules []Rule, answer func(*http.Request) any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d, err := readDemand(r, rules)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if !d.wait(r.Context()) {
			return
		}
		body, err := json.Marshal(answer(r))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if d.retryAfter != "" {
			w.Header().Set("Retry-After", d.retryAfter)
		}
		w.WriteHeader(d.status)
		// 204 and 304 have no body, and a client that has gone reads none: neither is an error here.
		_, _ = w.Write(append(body, '\n'))
	})
}

func see(r *http.Request) Seen {
	s := Seen{
		Method:   r.Method,
		Path:     r.URL.Path,
		Query:    r.URL.RawQuery,
		Host:     r.Host,
		Protocol: r.Proto,
		Headers:  r.Header,
	}
	if r.TLS != nil {
		s.TLS = &SeenTLS{
			SNI:     r.TLS.ServerName,
			ALPN:    r.TLS.NegotiatedProtocol,
			Version: tls.VersionName(r.TLS.Version),
		}
	}
	return s
}
