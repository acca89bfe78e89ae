package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
)

// user is a name and the hash of name:password.
type user struct {
	name string
	hash []byte
}

// readUsers reads a user a line, NAME HASH. Empty lines and those that begin with # are left out.
func readUsers(text string) (users []user, err error) {
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, digits, _ := strings.Cut(line, " ")
		hash, err := hex.DecodeString(strings.TrimSpace(digits))
		if err != nil || len(hash) != sha256.Size {
			return nil, errors.New("line " + strconv.Itoa(i+1) + " is no name with a SHA-256 in hex")
		}
		users = append(users, user{name, hash})
	}
	if users == nil {
		return nil, errors.New("there are no users")
	}
	return users, nil
}

// who is the user that an Authorization header is of. It takes as long for any: each one's hash is compared, whole.
func who(users []user, header string) (name string, ok bool) {
	scheme, pair, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "basic") {
		return "", false
	}
	given, err := base64.StdEncoding.DecodeString(strings.TrimSpace(pair))
	if err != nil {
		return "", false
	}
	hash := sha256.Sum256(given)
	for _, u := range users {
		if subtle.ConstantTimeCompare(u.hash, hash[:]) == 1 && strings.HasPrefix(string(given), u.name+":") {
			name, ok = u.name, true
		}
	}
	return name, ok
}
