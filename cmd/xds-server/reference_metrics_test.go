package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	grpcprom "github.com/grpc-ecosystem/go-grpc-middleware/providers/prometheus"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/livefilter/livefilter/internal/admin"
	"github.com/livefilter/livefilter/internal/certs"
	"github.com/livefilter/livefilter/internal/docs"
	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/mtls"
)

var described = regexp.MustCompile(`fqName: "(\w+)", help: "([^"]*)".*, variableLabels: \{(.*?)\}`)

// TestReferenceMetrics holds docs/reference/metrics.md to what the parts of a server describe, and this to all that a
// server shows.
func TestReferenceMetrics(t *testing.T) {
	dir := t.TempDir()
	pair, err := newCA(t, "test").Issue(certs.Leaf{Names: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)})
	if err == nil {
		err = pair.Write(dir, pair.Cert)
	}
	if err != nil {
		t.Fatal(err)
	}
	files := mtls.Files{Cert: filepath.Join(dir, certs.CertFile), Key: filepath.Join(dir, certs.KeyFile), CA: filepath.Join(dir, certs.CAFile)}
	keys, err := mtls.Open(slog.New(slog.DiscardHandler), files)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	all := live.New(live.Options{Log: log}).Metrics()
	admin.Guard(admin.Access{Log: log, Metrics: all}, nil)
	described := descriptions(all, grpcprom.NewServerMetrics(), keys, mtls.NewPlaintext(log))

	_, address, _ := serving(t, writeFile(t, "livefilter.yaml", minimal))
	kinds := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\S+) (\S+)$`).FindAllStringSubmatch(get(t, "http://"+address+"/metrics"), -1) {
		kinds[m[1]] = m[2]
		own := !strings.HasPrefix(m[1], "go_") && !strings.HasPrefix(m[1], "process_") && !strings.HasPrefix(m[1], "promhttp_")
		if _, known := described[m[1]]; own && !known {
			t.Errorf("%s is shown and not described here", m[1])
		}
	}

	var text strings.Builder
	text.WriteString("| metric | kind | labels | meaning |\n|---|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(described)) {
		d := described[name]
		kind := cmp.Or(kinds[name], "gauge")
		if strings.HasSuffix(name, "_total") {
			kind = "counter"
		}
		fmt.Fprintf(&text, "| `%s` | %s | %s | %s |\n", name, kind, d.labels, d.help)
	}
	if err := docs.Hold("../../docs/reference/metrics.md", text.String(), *update); err != nil {
		t.Error(err)
	}
}

type description struct{ help, labels string }

// descriptions are by the metric's name; those of Go's runtime and of the process are left out, they are everybody's.
func descriptions(parts ...prometheus.Collector) map[string]description {
	found := map[string]description{}
	for _, part := range parts {
		out := make(chan *prometheus.Desc)
		go func() {
			part.Describe(out)
			close(out)
		}()
		for d := range out {
			m := described.FindStringSubmatch(d.String())
			if !strings.HasPrefix(m[1], "go_") && !strings.HasPrefix(m[1], "process_") {
				found[m[1]] = description{m[2], strings.ReplaceAll(m[3], ",", ", ")}
			}
		}
	}
	return found
}
