package mtls

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/livefilter/livefilter/internal/certs"
)

const day = 24 * time.Hour

// aged is a rig whose server's certificate ends in 90 days, and its CA in 100.
func aged(t *testing.T) *rig {
	now := time.Now()
	ca, err := certs.NewCA("our CA", now.Add(100*day))
	must(t, err)
	r := &rig{t: t, ca: ca, dir: t.TempDir(), log: &logged{}}
	r.write(issue(t, ca, certs.Leaf{Names: []string{"xds.example"}, NotAfter: now.Add(90 * day)}), ca)
	r.open()
	return r
}

func TestWarnings(t *testing.T) {
	r := aged(t)
	for after, want := range map[time.Duration][]string{
		0:        nil,
		84 * day: {"certificate that Envoys are shown expires at", "renew "},
		91 * day: {"certificate that Envoys are shown expired at"},
		94 * day: {"certificate that Envoys are shown expired at", "the CA of Envoys (CN=our CA) expires at"},
		-2 * day: {"is not valid before", "the CA of Envoys (CN=our CA) is not valid before"},
	} {
		r.since = after
		words := strings.Join(r.keys.Warnings(), "\n")
		for _, w := range want {
			if !strings.Contains(words, w) {
				t.Errorf("after %v: lacks %q: %s", after, w, words)
			}
		}
		if want == nil && words != "" {
			t.Errorf("after %v: %s", after, words)
		}
	}
}

// A certificate that ends is a line a day, and one in ten minutes once it is over.
func TestReminders(t *testing.T) {
	r := aged(t)
	var last string
	var at time.Time
	look := func(after time.Duration) int {
		r.since = after
		last, at = r.keys.look(last, at)
		return r.log.count("msg=certificate")
	}
	for i, test := range []struct {
		after time.Duration
		lines int
	}{{0, 0}, {84 * day, 1}, {84*day + time.Hour, 1}, {85*day + time.Minute, 2}, {91 * day, 3}, {91*day + time.Minute, 3}, {91*day + 11*time.Minute, 4}} {
		if n := look(test.after); n != test.lines {
			t.Errorf("look %d: %d lines, want %d\n%s", i, n, test.lines, r.log)
		}
	}
	if n := r.log.count("level=ERROR"); n != 2 {
		t.Errorf("%d errors\n%s", n, r.log)
	}
}

// A certificate that was renewed before its time is taken once its time has come.
func TestTakenOnceItIsValid(t *testing.T) {
	r := newRig(t)
	r.run()
	r.write(issue(t, r.ca, certs.Leaf{Names: []string{"xds.example"}, NotBefore: time.Now().Add(time.Hour)}), r.ca)
	eventually(t, "it is refused", func() bool {
		r.keys.mu.Lock()
		defer r.keys.mu.Unlock()
		return r.keys.wrong != nil
	})
	r.keys.mu.Lock()
	r.since = 2 * time.Hour
	r.keys.mu.Unlock()
	r.keys.look("", time.Time{})
	eventually(t, "it is taken", func() bool { return r.log.count("certificates loaded") == 1 })
}

func TestMetrics(t *testing.T) {
	r := aged(t)
	l := r.keys.current.Load()
	want := `# HELP livefilter_xds_certificate_last_reload_successful 1 while the certificate files on disk are what is in use, 0 while the last good ones are. Worry at 0.
# TYPE livefilter_xds_certificate_last_reload_successful gauge
livefilter_xds_certificate_last_reload_successful 1
`
	must(t, testutil.CollectAndCompare(r.keys, strings.NewReader(want), "livefilter_xds_certificate_last_reload_successful"))
	if n := testutil.CollectAndCount(r.keys, "livefilter_xds_certificate_not_after_timestamp_seconds"); n != 2 {
		t.Errorf("%d ends of certificates", n)
	}
	if !l.end().Before(l.latestCA().NotAfter) {
		t.Errorf("%v, %v", l.end(), l.latestCA().NotAfter)
	}
}

// The metric is 1 when there is a warning.
func TestRenewalDue(t *testing.T) {
	r := aged(t)
	for after, want := range map[time.Duration][2]int{0: {}, 84 * day: {0, 1}, 94 * day: {1, 1}, -2 * day: {1, 1}} {
		r.since = after
		text := fmt.Sprintf(`# HELP livefilter_xds_certificate_renewal_due 1 from a week before the end of such a certificate, or from the last quarter of its life; also before it is valid. Worry at 1: /status says which file to renew.
# TYPE livefilter_xds_certificate_renewal_due gauge
livefilter_xds_certificate_renewal_due{of="client_ca"} %d
livefilter_xds_certificate_renewal_due{of="server"} %d
`, want[0], want[1])
		if err := testutil.CollectAndCompare(r.keys, strings.NewReader(text), "livefilter_xds_certificate_renewal_due"); err != nil {
			t.Errorf("after %v: %v", after, err)
		}
	}
}

// CAs of clients that are all over are not taken for ones that are good: no Envoy could connect.
func TestCAsThatAreOverAreNotTaken(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.run()
	client := r.client(issue(t, r.ca, certs.Leaf{Names: []string{"edge"}, Use: certs.Client}))
	over, err := certs.NewCA("over", time.Now().Add(-time.Hour))
	must(t, err)
	replace(t, r.files().CA, over.PEM())
	eventually(t, "a warning", func() bool { return len(r.keys.Warnings()) == 1 })
	if w := r.keys.Warnings()[0]; !strings.Contains(w, "ca.crt: the CA of Envoys (CN=over) expired at ") || !strings.HasPrefix(w, "the last good certificates are in use: ") {
		t.Error(w)
	}
	if _, err := r.hello(client); err != nil {
		t.Error(err)
	}
	replace(t, r.files().CA, append(over.PEM(), r.ca.PEM()...)) // beside one that is good it is a rotation
	eventually(t, "it is taken", func() bool { return len(r.keys.Warnings()) == 0 })
	if _, err := r.hello(client); err != nil {
		t.Error(err)
	}
}
