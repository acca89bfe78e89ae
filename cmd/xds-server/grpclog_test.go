package main

import (
	stdlog "log" //nolint:depguard // it is what is tested
	"log/slog"
	"strings"
	"testing"

	"google.golang.org/grpc/grpclog"
)

// What libraries say is in the log's format, and warnings and errors alone.
func TestLibrariesLog(t *testing.T) {
	was, out, flags := slog.Default(), stdlog.Writer(), stdlog.Flags()
	t.Cleanup(func() {
		slog.SetDefault(was)
		stdlog.SetOutput(out)
		stdlog.SetFlags(flags)
	})
	log := &logged{}
	logger, err := newLogger("info", "json", log)
	if err != nil {
		t.Fatal(err)
	}
	slog.SetDefault(logger)
	stdlog.Printf("go's own %d", 1)
	var g grpclog.LoggerV2 = &grpcLog{}
	g.Infof("of no interest %d", 1)
	for i := range 3 {
		g.Warningf("conn %d closed", i)
	}
	g.Warningf("[core] [Server #1] grpc: Server.processRPC failed to write status: connection error: desc = %q", "transport is closing")
	g.Errorln("it", "broke")
	lines := strings.Split(strings.TrimSpace(log.await(t, "(?s).*")[0]), "\n")
	if len(lines) != 3 {
		t.Fatalf("%q", lines)
	}
	for i, want := range []string{`"level":"INFO","msg":"go's own 1"`, `"level":"WARN","msg":"grpc","err":"conn 0 closed"`, `"level":"ERROR","msg":"grpc","err":"it broke"`} {
		if !strings.HasPrefix(lines[i], `{"time":`) || !strings.Contains(lines[i], want) {
			t.Errorf("%s, want %s", lines[i], want)
		}
	}
}
