package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/livefilter/livefilter/internal/conformance"
)

// The filter's table holds on an Envoy with two workers, all of it: answers that only Envoy
// gives are provoked, what takes time is waited for, and the table has no way to leave a case
// out here.
func TestConformance(t *testing.T) {
	cases, err := conformance.Read("../filter/testdata")
	must(t, err)
	configs, edited := map[string]string{}, []string{}
	for i, c := range cases {
		configs[listener(i)] = c.Config
		if slices.ContainsFunc(c.Steps, func(s conformance.Step) bool { return s.Edit != "" }) {
			edited = append(edited, listener(i))
		}
	}
	s := newStage(t, configs, edited...)
	var waiting sync.WaitGroup
	for i, c := range cases {
		play := func() {
			t.Run(c.Name, func(t *testing.T) {
				p := newPlayer(t, s, listener(i))
				if err := c.Play(p); err != nil {
					t.Errorf("exchange %d: %v", p.played, err)
				}
			})
		}
		if c.Waits() {
			waiting.Go(play)
		} else {
			play()
		}
	}
	waiting.Wait()
	if out := s.envoy.out.String(); strings.Contains(out, "wasm log") {
		t.Error("traffic is logged")
	}
}

func listener(number int) string { return fmt.Sprintf("case-%d", number) }

// player plays a case on its listener.
type player struct {
	*stage
	listener string
	workers  []net.Conn // one to each; requests take turns, and every third opens another
	played   int        // exchanges
}

func newPlayer(t *testing.T, s *stage, listener string) *player {
	s = s.in(t)
	return &player{stage: s, listener: listener, workers: s.workers(listener)}
}

func (p *player) Wait(d time.Duration) { time.Sleep(d) }

func (p *player) Edit(config string) { p.edit(p.listener, config, "config_reload") }

func (p *player) Exchange(s conformance.Step) (upstream, downstream conformance.Headers) {
	details, reason, _ := strings.Cut(s.Details, "{")
	if details == "" {
		details = "via_upstream"
	}
	id := p.script.begin(s)
	place := details
	if reason == "overflow}" {
		place = "overflow"
	}
	resp := p.send("/"+place+"/"+id, s.Request)
	upstream = p.script.end(id)
	if want, _ := s.Answer(time.Now()); resp.StatusCode != want {
		p.t.Fatalf("the client sees status %d, want %d", resp.StatusCode, want)
	}
	got, why, _ := strings.Cut(resp.Header.Get("details"), "{")
	if got == "" {
		got = "via_upstream" // Envoy's own answers have the header
	}
	if got != details || why != reason && place != details {
		p.t.Fatalf("the answer's details are %q {%s, want %q {%s", got, why, details, reason)
	}
	return upstream, resp.Header.Values
}

// send makes a request, headers spelled as they are. Go's own client would not always keep a
// connection.
func (p *player) send(path string, headers [][2]string) *http.Response {
	var conn net.Conn
	if turn := p.played % 3; turn < 2 {
		conn = p.workers[turn]
	} else {
		conn = p.dial(p.listener)
		defer conn.Close()
	}
	p.played++
	text := "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n"
	for _, h := range headers {
		text += h[0] + ": " + h[1] + "\r\n"
	}
	_, err := io.WriteString(conn, text+"\r\n")
	must(p.t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(p.t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	must(p.t, err)
	return resp
}
