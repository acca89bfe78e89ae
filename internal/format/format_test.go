package format

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	got, err := Parse("a%%b %REQ(x-id?:path):8%%PROTOCOL%-%START_TIME(%Y)%")
	want := []Part{
		{Text: "a"},
		{Text: "%"},
		{Text: "b "},
		{Text: "%REQ(x-id?:path):8%", Command: "REQ", Args: "x-id?:path", HasArgs: true, Max: 8},
		{Text: "%PROTOCOL%", Command: "PROTOCOL"},
		{Text: "-"},
		{Text: "%START_TIME(%Y)%", Command: "START_TIME", Args: "%Y", HasArgs: true},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("(-want +got) %v\n%s", err, diff)
	}
}

// TestBroken: what Envoy refuses, with what is said instead.
func TestBroken(t *testing.T) {
	for s, want := range map[string]string{
		"100%":                       "character 4: a percent sign begins a command, as in %REQ(x-request-id)%; one that is meant is written %%",
		"50% off":                    "character 3: a percent sign begins a command, as in %REQ(x-request-id)%; one that is meant is written %%",
		"é%REQ(x)%%":                 "character 10: a percent sign begins",
		"%REQ(x)":                    "character 1: the command %REQ does not end: %REQ(…)%",
		"%PROTOCOL":                  "character 1: the command %PROTOCOL does not end: %PROTOCOL%",
		"%req(x)%":                   "character 1: commands are in capitals: %REQ(…)%",
		"%REQ%":                      "character 1: %REQ(…)% needs something in brackets: %REQ(x-name)%, %REQ(x-name?x-other):64%",
		"%REQ()%":                    "needs something in brackets",
		"%REQ(a b)%":                 "%REQ(…)% cannot have that in brackets",
		"%REQ(a?b?c)%":               "cannot have that",
		"%REQ(é)%":                   "cannot have that",
		"%PROTOCOL(x)%":              "%PROTOCOL% takes nothing in brackets",
		"%PROTOCOL:3%":               "%PROTOCOL% takes no length after a colon",
		"%START_TIME():3%":           "%START_TIME% takes no length",
		"%PATH(x)%":                  "%PATH(…)% cannot have that in brackets: WQ or NQ",
		"%DOWNSTREAM_REMOTE_ADDRE%":  "there is no command %DOWNSTREAM_REMOTE_ADDRE%; did you mean %DOWNSTREAM_REMOTE_ADDRESS%?",
		"%downstream_remote_addre%":  "did you mean %DOWNSTREAM_REMOTE_ADDRESS%?",
		"%HELLO%":                    "there is no such command; Envoy's documentation has a list",
		"%REQ_WITHOUT_QUERY(:path)%": "there is no such command",
		"%GRPC_STATUS(x)%":           "CAMEL_STRING, SNAKE_STRING or NUMBER",
		"%20a%":                      "there is no such command",
	} {
		if _, err := Parse(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", s, err, want)
		}
	}
}
