package jsontext

import "github.com/livefilter/livefilter/filter/internal/decimal"

// Error is an error in a JSON text, with the path of the field that it is about, as in "headers[0].name". Functions
// return it as what it is: through the interface error the module would be 5 KB larger.
type Error struct{ Path, Message string }

// NewError returns an error without a path.
func NewError(message string) *Error { return &Error{Message: message} }

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Message
	}
	return e.Path + ": " + e.Message
}

// InField puts a key in front of the path of err; nil stays nil.
func InField(key string, err *Error) *Error {
	if err == nil {
		return nil
	}
	return prefix(printable(key), err)
}

// printable keeps an error on one line of a log, whatever key somebody wrote.
func printable(key string) string {
	if key == "" {
		return `""`
	}
	out := []byte(key[:min(len(key), 64)])
	for i, c := range out {
		if c < ' ' || c >= 0x7f {
			out[i] = '?'
		}
	}
	return string(out)
}

func inIndex(index int, err *Error) *Error {
	if err == nil {
		return nil
	}
	return prefix("["+decimal.String(index)+"]", err)
}

func prefix(element string, inner *Error) *Error {
	if inner.Path != "" && inner.Path[0] != '[' {
		element += "."
	}
	return &Error{element + inner.Path, inner.Message}
}
