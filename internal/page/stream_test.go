package page

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/live"
)

// serve runs a page, whose version the caller changes, behind a server with deadlines.
func serve(t *testing.T) (url string, version *atomic.Value, stop context.CancelFunc) {
	version = &atomic.Value{}
	version.Store("v1")
	p := New(func() View { return View{Status: live.Status{Version: version.Load().(string)}} })
	mux := http.NewServeMux()
	p.Register(mux)
	s := httptest.NewUnstartedServer(mux)
	s.Config.ReadTimeout, s.Config.WriteTimeout = 300*time.Millisecond, 300*time.Millisecond
	s.Start()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		s.Close()
	})
	return s.URL, version, cancel
}

// listen returns the data of each event "changed"; the channel is closed with the stream.
func listen(t *testing.T, url string) <-chan string {
	t.Helper()
	resp, err := http.Get(url + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatal(resp.Status)
	}
	changes := make(chan string, 10)
	go func() {
		defer close(changes)
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && data != "" {
				changes <- data
			}
		}
	}()
	return changes
}

func next(t *testing.T, changes <-chan string) string {
	t.Helper()
	select {
	case hash, ok := <-changes:
		if !ok {
			t.Fatal("the stream has ended")
		}
		return hash
	case <-time.After(20 * time.Second):
		t.Fatal("nothing is said")
	}
	return ""
}

// A listener hears of each change, also long after the deadlines of requests, and of the end.
func TestStream(t *testing.T) {
	url, version, stop := serve(t)
	changes := listen(t, url)
	before := next(t, changes)
	time.Sleep(time.Second) // past the server's deadlines
	version.Store("v2")
	after := next(t, changes)
	for after == before { // what a new listener is told may be told twice
		after = next(t, changes)
	}
	resp, err := http.Get(url + "/fragment")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text := new(strings.Builder)
	if _, err := bufio.NewReader(resp.Body).WriteTo(text); err != nil {
		t.Fatal(err)
	}
	has(t, text.String(), `data-hash="`+after+`"`, "v2")
	stop()
	for range changes { // until it is closed
	}
}

// A listener that begins with a content that is over at the next look hears of that, though it is what was there before.
func TestAMomentsContent(t *testing.T) {
	url, version, _ := serve(t)
	resp, err := http.Get(url + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * lookEvery) // Run has seen v1
	_ = resp.Body.Close()
	time.Sleep(2 * lookEvery) // and that nobody listens
	version.Store("v2")
	changes := listen(t, url)
	moment := next(t, changes)
	version.Store("v1")
	if next(t, changes) == moment {
		t.Error("it is told the same again")
	}
}

// There is a bound on listeners, and who goes makes room.
func TestStreamsAreBounded(t *testing.T) {
	s := newStreams()
	var all []chan string
	for range maxStreams {
		all = append(all, s.add())
	}
	if s.add() != nil {
		t.Error("one too many")
	}
	s.tell("1")
	s.tell("2") // nobody has read: none is waited for
	if got := <-all[0]; got != "2" {
		t.Error(got)
	}
	s.remove(all[0])
	if s.add() == nil {
		t.Error("there is no room")
	}
}

// While nobody listens nothing is rendered.
func TestNobodyListens(t *testing.T) {
	var looked atomic.Int32
	p := New(func() View { looked.Add(1); return View{} })
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- p.Run(ctx) }()
	time.Sleep(3 * lookEvery)
	cancel()
	if err := <-ended; err != nil || looked.Load() != 0 {
		t.Errorf("%v, looked %d times", err, looked.Load())
	}
}
