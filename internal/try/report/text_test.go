package report

import (
	"strings"
	"testing"
)

// What a client or a module made up breaks no table, and is seen as it is.
func TestShort(t *testing.T) {
	for in, want := range map[string]string{
		"curl/8.0":              "curl/8.0",
		"":                      `""`,
		" a":                    `" a"`,
		"a\n\x1b[31mb":          `"a\n\x1b[31mb"`,
		strings.Repeat("é", 61): strings.Repeat("é", 60) + "…",
	} {
		if got := short(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestTidy(t *testing.T) {
	var out strings.Builder
	if err := writeTidy(&out, "\n\na  \nb\n\n\n\nc\n\n"); err != nil || out.String() != "a\nb\n\nc\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}
