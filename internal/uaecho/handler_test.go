package uaecho_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/livefilter/livefilter/internal/uaecho"
)

func ask(t *testing.T, request *http.Request, rules ...uaecho.Rule) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	uaecho.Handler(rules...).ServeHTTP(recorder, request)
	return recorder
}

func get(target string, headers ...string) *http.Request {
	request := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	return request
}

func TestUserAgentAnswer(t *testing.T) {
	for name, test := range map[string]struct{ headers, want []string }{
		"sent":    {headers: []string{"User-Agent", "hello"}, want: []string{"hello"}},
		"awkward": {headers: []string{"User-Agent", `a "quote" and \`}, want: []string{`a "quote" and \`}},
		"absent":  {want: []string{""}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := ask(t, get("/api/v1/ua", test.headers...))
			if answer.Code != http.StatusOK {
				t.Fatalf("status %d: %s", answer.Code, answer.Body)
			}
			if got := answer.Header().Get("Content-Type"); got != "application/json" {
				t.Errorf("content-type %q", got)
			}
			var entries []struct {
				UA struct {
					RawUA *string `json:"rawUa"`
				} `json:"ua"`
			}
			if err := json.Unmarshal(answer.Body.Bytes(), &entries); err != nil {
				t.Fatalf("%v in %s", err, answer.Body)
			}
			if len(entries) != 1 || entries[0].UA.RawUA == nil || *entries[0].UA.RawUA != test.want[0] {
				t.Errorf("got %s, want one entry with ua.rawUa %q", answer.Body, test.want[0])
			}
		})
	}
}

func TestEchoShowsTheRequest(t *testing.T) {
	request := httptest.NewRequest(http.MethodPost, "http://example.test/some/path?a=1&a=2", strings.NewReader("body"))
	request.Header.Add("X-Twice", "one")
	request.Header.Add("X-Twice", "two")
	answer := ask(t, request)

	var got uaecho.Seen
	if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, answer.Body)
	}
	want := uaecho.Seen{
		Method:   "POST",
		Path:     "/some/path",
		Query:    "a=1&a=2",
		Host:     "example.test",
		Protocol: "HTTP/1.1",
		Headers:  http.Header{"X-Twice": {"one", "two"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("echo (-want +got):\n%s", diff)
	}
}

func TestHealth(t *testing.T) {
	rule := uaecho.Rule{Header: "User-Agent", Value: "probe", Status: 503}
	answer := ask(t, get("/healthz?status=500", "User-Agent", "probe"), rule)
	if answer.Code != http.StatusOK || answer.Body.String() != "ok\n" {
		t.Errorf("got %d %q, want 200 ok whatever else is asked", answer.Code, answer.Body)
	}
}
