package live

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

// An Envoy that repeats what it was sent, now or some edits ago, is told of without that.
func TestEnvoysWordsAreHidden(t *testing.T) {
	inBubble(t, withValue("secret-value-1"), func(t *testing.T, s *stage) {
		e := s.connect("a", "f")
		s.live(1)
		s.files.save(withValue("secret-value-2"))
		s.live(1)
		e.refuses(`filter f: bad value "secret-value-3", not "secret-value-1" or `+base64.StdEncoding.EncodeToString([]byte(" secret-value-2")), ecds)
		s.files.save(withValue("secret-value-3"))
		eventually(t, "refused", func() bool { return s.log.count("envoy sent a NACK") > 0 })
		status, err := json.Marshal(s.Status())
		must(t, err)
		edits, err := json.Marshal(s.Edits())
		must(t, err)
		all := string(status) + string(edits)
		if !strings.Contains(string(status), "filter f: bad value") || strings.Contains(all, "secret-value") || strings.Contains(all, "c2VjcmV0") || strings.Contains(all, "ZWNyZXQ") {
			t.Error(all)
		}
		if s.log.count("secret-value")+s.log.count("c2VjcmV0")+s.log.count("ZWNyZXQ") > 0 {
			t.Error("the log has it")
		}
	})
}
