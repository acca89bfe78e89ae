package jsontext

import "github.com/livefilter/livefilter/filter/internal/decimal"

// Error is an error in a JSON text, with the path of the field that it is about, as in "headers[0].name".
type Error struct {
	Path string
	Err  error
}

func (e *Error) Error() string { return Text(e) }
func (e *Error) Unwrap() error { return e.Err }

// Message is an error without a path.
type Message string

func (m Message) Error() string { return string(m) }

// Text is what err says, as its Error does. To call that would link each error that Go's library knows, for 2.3 KB.
func Text(err error) string {
	switch e := err.(type) {
	case *Error:
		return e.Path + ": " + Text(e.Err)
	case Message:
		return string(e)
	}
	return ""
}

// InField puts a key in front of the path of err; nil stays nil.
func InField(key string, err error) error {
	if err == nil {
		return nil
	}
	return prefix(printable(key), err)
}

// printable keeps an error on one line of a log, whatever key somebody wrote.
func printable(key string) string {
	out := []byte(key[:min(len(key), 64)])
	for i, c := range out {
		if c < ' ' || c >= 0x7f {
			out[i] = '?'
		}
	}
	return string(out)
}

func inIndex(index int, err error) error {
	if err == nil {
		return nil
	}
	return prefix("["+decimal.String(index)+"]", err)
}

func prefix(element string, err error) error {
	inner, ok := err.(*Error)
	if !ok {
		return &Error{element, err}
	}
	if inner.Path == "" || inner.Path[0] != '[' {
		element += "."
	}
	inner.Path = element + inner.Path
	return inner
}
