package admin

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/livefilter/livefilter/internal/plan"
)

// Plans are answered one a second, whoever asks; what is no plan is not looked at.
func TestPlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := planned(func(is plan.Resources) (plan.Answer, error) {
			if is.Version == "none" {
				return plan.Answer{}, errors.New("no config is served yet")
			}
			return plan.Answer{Served: "a"}, nil
		})
		ask := func(body string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/plan", strings.NewReader(body)))
			return w
		}
		start := time.Now()
		for range 3 {
			if w := ask(`{"version": "b"}`); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"served": "a"`) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		}
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("three took %v", took)
		}
		if w := ask(`{"version": "none"}`); w.Code != http.StatusServiceUnavailable {
			t.Errorf("nothing is served: %d %s", w.Code, w.Body)
		}
		if w := ask("version"); w.Code != http.StatusBadRequest {
			t.Errorf("no resources: %d %s", w.Code, w.Body)
		}
		many := make(chan int, 2*maxWaiting)
		for range cap(many) {
			go func() { many <- ask("{}").Code }()
		}
		refused := 0
		for range cap(many) {
			if <-many == http.StatusTooManyRequests {
				refused++
			}
		}
		if refused != maxWaiting {
			t.Errorf("%d of %d at once were refused", refused, cap(many))
		}
		time.Sleep(paceTime)
	})
}
