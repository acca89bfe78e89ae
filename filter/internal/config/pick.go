package config

import (
	"strings"

	"github.com/livefilter/livefilter/filter/internal/jsontext"
)

// Pick says how a rule picks among the values that are in.
type Pick struct {
	Way  Way
	By   Key    // of Sticky: what a client is told by
	Name string // of the header, in lower case, or of the cookie
}

// Way is a way to pick.
type Way byte

// Random is by weight; RoundRobin gives each its turns, by weight; InOrder takes the first that is in; Sticky gives the
// same client the same value.
const (
	Random Way = iota
	RoundRobin
	InOrder
	Sticky
)

// Key is where Sticky finds what tells a client.
type Key byte

// The host is :authority without its port.
const (
	ByHeader Key = iota
	ByCookie
	ByIP
	ByHost
)

func pick(r *jsontext.Reader) (p Pick, err *jsontext.Error) {
	const must = "must be random, round_robin, in_order or {\"sticky\":{\"by\":...}}"
	if r.Next() == '{' {
		p.Way = Sticky
		missing := true
		err = r.Object(func(key string) *jsontext.Error {
			if key != "sticky" {
				return errUnknownField
			}
			return r.Object(func(key string) (err *jsontext.Error) {
				if key != "by" {
					return errUnknownField
				}
				missing = false
				p.By, p.Name, err = by(r)
				return err
			})
		})
		if err == nil && missing {
			err = jsontext.NewError(must)
		}
		return p, err
	}
	word, err := r.String()
	if err != nil {
		return p, err
	}
	for way, text := range [...]string{"random", "round_robin", "in_order"} {
		if word == text {
			return Pick{Way: Way(way)}, nil
		}
	}
	return p, jsontext.NewError(must)
}

// by reads "header NAME", "cookie NAME", "ip" or "host".
func by(r *jsontext.Reader) (Key, string, *jsontext.Error) {
	text, err := r.String()
	if err != nil {
		return 0, "", err
	}
	kind, name, _ := strings.Cut(text, " ")
	switch lowered, nameErr := headerName(name); {
	case text == "ip":
		return ByIP, "", nil
	case text == "host":
		return ByHost, "", nil
	case kind == "header":
		return ByHeader, lowered, nameErr
	case kind == "cookie":
		return ByCookie, name, nameErr
	}
	return 0, "", jsontext.NewError("must be header NAME, cookie NAME, ip or host")
}
