package main

import (
	"encoding/base64"
	"os"
	"testing"
)

func TestWho(t *testing.T) {
	text, err := os.ReadFile("users.txt")
	if err != nil {
		t.Fatal(err)
	}
	users, err := readUsers(string(text))
	if err != nil || len(users) != 2 {
		t.Fatal(users, err)
	}
	basic := func(pair string) string { return base64.StdEncoding.EncodeToString([]byte(pair)) }
	for header, want := range map[string]string{
		"Basic " + basic("alice:secret"):  "alice",
		"basic  " + basic("bob:hunter2"):  "bob",
		"Basic " + basic("alice:hunter2"): "",
		"Basic " + basic("alice:secret "): "",
		"Basic " + basic("secret"):        "",
		"Bearer " + basic("alice:secret"): "",
		"Basic alice:secret":              "",
		"Basic":                           "",
		"":                                "",
	} {
		if name, ok := who(users, header); name != want || ok != (want != "") {
			t.Errorf("%q is %q", header, name)
		}
	}
}

func TestReadUsersRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"# nobody\n\n":     "there are no users",
		"\nalice secret\n": "line 2 is no name with a SHA-256 in hex",
		"alice abcdef":     "line 1 is no name with a SHA-256 in hex",
		"alice":            "line 1 is no name with a SHA-256 in hex",
	} {
		if _, err := readUsers(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}
