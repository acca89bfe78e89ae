package xds

import (
	"testing"
	"time"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
)

const typeURL = "type.googleapis.com/x.Y"

func TestWhatAnAnswerProves(t *testing.T) {
	v1, v2 := map[string]string{"f": "1"}, map[string]string{"f": "2"}
	no := "no"
	for _, tt := range []struct {
		name    string
		answers func(*subscription)
		running map[string]string // nil: v1, as before
		refused bool
		words   string
	}{
		{"an ACK", func(s *subscription) { s.answer("2", nil) }, v2, false, ""},
		{"an ACK of an earlier response", func(s *subscription) { s.answer("1", nil) }, nil, false, ""},
		{"a second ACK", func(s *subscription) { s.answer("2", nil); s.answer("2", nil) }, v2, false, ""},
		{"a change of the subscription", func(s *subscription) { s.answer("", nil) }, nil, false, ""},
		{"a NACK", func(s *subscription) { s.answer("2", &no) }, nil, true, "no"},
		{"a NACK without words", func(s *subscription) { s.answer("2", new(string)) }, nil, true, ""},
		{"an ACK of what was refused", func(s *subscription) {
			s.answer("2", &no)
			s.sending("3", hashVersions(v2), time.Time{}, v2)
			s.answer("3", nil)
		}, nil, true, "no (acknowledged when sent again, which proves nothing)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &subscription{names: map[string]struct{}{"f": {}}}
			s.sending("1", hashVersions(v1), time.Time{}, v1)
			s.answer("1", nil)
			s.sending("2", hashVersions(v2), time.Time{}, v2)
			tt.answers(s)
			if tt.running == nil {
				tt.running = v1
			}
			if s.acked != hashVersions(tt.running) {
				t.Errorf("runs %v, want %v", s.has, tt.running)
			}
			r := s.status(snapshotOf(v2), typeURL, time.Time{})
			if r.Refused != tt.refused || tt.refused && *r.Error != tt.words {
				t.Errorf("status: %+v", r)
			}
		})
	}
}

func TestSilenceIsSaid(t *testing.T) {
	v1 := map[string]string{"f": "1"}
	s := &subscription{names: map[string]struct{}{"f": {}}}
	s.sending("1", hashVersions(v1), time.Time{}, v1)
	if r := s.status(snapshotOf(v1), typeURL, time.Time{}.Add(answerTime-1)); r.Error != nil || r.live() {
		t.Errorf("too early: %+v", r)
	}
	if r := s.status(snapshotOf(v1), typeURL, time.Time{}.Add(answerTime)); r.Error == nil || *r.Error != "sent 5s ago and not answered" || r.Refused {
		t.Errorf("got %+v", r)
	}
}

func TestANameThatIsNotServed(t *testing.T) {
	s := &subscription{names: map[string]struct{}{"g": {}}}
	r := s.status(snapshotOf(map[string]string{"f": "1"}), typeURL, time.Time{})
	if r.live() || r.Error == nil || *r.Error != `it asks for "g", and nothing of that name is served` {
		t.Errorf("got %+v", r)
	}
}

// snapshotOf has resources of one type with these versions and nothing in them.
func snapshotOf(versions map[string]string) *Snapshot {
	byName := map[string]*discoveryv3.Resource{}
	for name, version := range versions {
		byName[name] = &discoveryv3.Resource{Name: name, Version: version}
	}
	return &Snapshot{types: []string{typeURL}, byType: map[string]map[string]*discoveryv3.Resource{typeURL: byName}}
}
