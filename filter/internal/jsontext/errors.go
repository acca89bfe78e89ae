package jsontext

import "strconv"

// Error is an error in a JSON text, with the path of the field that it is about, as in "headers[0].name".
type Error struct {
	Path string
	Err  error
}

func (e *Error) Error() string { return e.Path + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// InField puts a key in front of the path of err; nil stays nil.
func InField(key string, err error) error { return prefix(key, err) }

func inIndex(index int, err error) error {
	if err == nil {
		return nil
	}
	return prefix("["+strconv.Itoa(index)+"]", err)
}

func prefix(element string, err error) error {
	if err == nil {
		return nil
	}
	inner, ok := err.(*Error)
	if !ok {
		return &Error{element, err}
	}
	if inner.Path[0] != '[' {
		element += "."
	}
	inner.Path = element + inner.Path
	return inner
}
