package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"github.com/livefilter/livefilter/internal/sparing"
)

// grpcLog has the warnings and errors that gRPC tells of itself written as the rest of the log is, a line a minute of
// each kind. gRPC and Go's log have one logger a process: serve sets slog's default one, which is theirs.
// It is a grpclog.LoggerV2.
type grpcLog struct{ lines sparing.Lines }

// maxText is how many bytes of what gRPC says are written: a client may have said it.
const maxText = 1000

func (*grpcLog) Info(...any)          {}
func (*grpcLog) Infoln(...any)        {}
func (*grpcLog) Infof(string, ...any) {}

func (g *grpcLog) Warning(args ...any)   { g.write(slog.LevelWarn, fmt.Sprint(args...)) }
func (g *grpcLog) Warningln(args ...any) { g.write(slog.LevelWarn, fmt.Sprintln(args...)) }
func (g *grpcLog) Warningf(format string, a ...any) {
	g.write(slog.LevelWarn, fmt.Sprintf(format, a...))
}
func (g *grpcLog) Error(args ...any)   { g.write(slog.LevelError, fmt.Sprint(args...)) }
func (g *grpcLog) Errorln(args ...any) { g.write(slog.LevelError, fmt.Sprintln(args...)) }
func (g *grpcLog) Errorf(format string, args ...any) {
	g.write(slog.LevelError, fmt.Sprintf(format, args...))
}

// Fatal and its like are followed by gRPC's own os.Exit, where it is used wrongly.
func (g *grpcLog) Fatal(args ...any)                 { g.Error(args...) }
func (g *grpcLog) Fatalln(args ...any)               { g.Errorln(args...) }
func (g *grpcLog) Fatalf(format string, args ...any) { g.Errorf(format, args...) }

// V says that nothing is wanted beyond what is always written.
func (*grpcLog) V(int) bool { return false }

func (g *grpcLog) write(level slog.Level, text string) {
	text = strings.TrimSpace(text)
	// A client that went away while it was answered, as each Envoy does that stops: "envoy disconnected" says so.
	if strings.Contains(text, "failed to write status: connection error") {
		level = slog.LevelDebug
	}
	kind := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) { // addresses, numbers of connections
			return -1
		}
		return r
	}, text)
	if before, ok := g.lines.Allow(kind[:min(len(kind), 80)], time.Now()); ok {
		slog.Default().Log(context.Background(), level, "grpc", "err", sparing.Cut(text, maxText), "before", before)
	}
}
