package page

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	// lookEvery is how often the content is rendered while somebody listens, and how often they are told at most.
	lookEvery = 250 * time.Millisecond
	// beatEvery is how often a listener hears something in any case: it notices by that that the server is gone.
	beatEvery = 10 * time.Second
	// maxStreams is how many may listen. A browser does while the page is in sight.
	maxStreams = 64
	// readTime is how long a listener may take to read what it is sent.
	readTime = 5 * time.Second
)

// streams are those who listen.
type streams struct {
	mu    sync.Mutex
	all   map[chan string]bool // of hashes; the latest is enough for one that is slow
	wake  chan struct{}        // somebody listens
	ended chan struct{}        // closed when Run returns
}

func newStreams() streams {
	return streams{all: map[chan string]bool{}, wake: make(chan struct{}, 1), ended: make(chan struct{})}
}

// add takes in a listener, nil where there are too many.
func (s *streams) add() chan string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) >= maxStreams {
		return nil
	}
	c := make(chan string, 1)
	s.all[c] = true
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return c
}

func (s *streams) remove(c chan string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, c)
}

func (s *streams) any() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all) > 0
}

// tell has all hear of the content of now. Each knows what it said last: one may have begun with another content.
func (s *streams) tell(hash string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.all {
		select {
		case <-c: // it has not heard of the one before
		default:
		}
		c <- hash
	}
}

// Run looks for changes while somebody listens, until ctx is done, which ends all streams. It is called once.
func (p *Page) Run(ctx context.Context) error {
	defer close(p.streams.ended)
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		if !p.streams.any() {
			look.Stop()
			select {
			case <-p.streams.wake:
				look.Reset(lookEvery)
			case <-ctx.Done():
				return nil
			}
		}
		select {
		case <-look.C:
			p.streams.tell(p.render().hash)
		case <-ctx.Done():
			return nil
		}
	}
}

// stream sends server-sent events: "changed" with the hash of the content of now and, whenever there is another one, of
// that, and "beat" every beatEvery.
func (p *Page) stream(w http.ResponseWriter, r *http.Request) {
	told := p.streams.add()
	if told == nil {
		w.Header().Set("Retry-After", "5")
		http.Error(w, fmt.Sprintf("%d listen already", maxStreams), http.StatusServiceUnavailable)
		return
	}
	defer p.streams.remove(told)
	out := http.NewResponseController(w)
	_ = out.SetReadDeadline(time.Time{}) // the server's own is for requests that end
	w.Header().Set("Content-Type", "text/event-stream")
	say := func(event, data string) bool {
		_ = out.SetWriteDeadline(time.Now().Add(readTime))
		_, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, data)
		return err == nil && out.Flush() == nil
	}
	said := p.render().hash
	if _, err := fmt.Fprint(w, "retry: 1000\n\n"); err != nil || !say("changed", said) {
		return
	}
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	for ok := true; ok; {
		select {
		case hash := <-told:
			if hash != said {
				said, ok = hash, say("changed", hash)
			}
		case <-beat.C:
			ok = say("beat", said) // who could not fetch it tries again
		case <-r.Context().Done():
			return
		case <-p.streams.ended:
			return
		}
	}
}
