package main

import (
	"errors"
	"strconv"
)

var (
	errUnknownField = errors.New("unknown field")
	errMissing      = errors.New("missing")
)

// fieldError is an error with the path of the field that it is about.
type fieldError struct {
	path string
	err  error
}

func (e *fieldError) Error() string { return e.path + ": " + e.err.Error() }
func (e *fieldError) Unwrap() error { return e.err }

// inField puts a key in front of the path of err; nil stays nil.
func inField(key string, err error) error { return prefix(key, err) }

// inIndex puts a list's index in front of the path of err; nil stays nil.
func inIndex(index int, err error) error { return prefix("["+strconv.Itoa(index)+"]", err) }

func prefix(element string, err error) error {
	if err == nil {
		return nil
	}
	inner, ok := err.(*fieldError)
	if !ok {
		return &fieldError{element, err}
	}
	if inner.path[0] != '[' {
		element += "."
	}
	inner.path = element + inner.path
	return inner
}
