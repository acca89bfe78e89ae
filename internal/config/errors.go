package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxErrors bounds what a file of a megabyte can say in a log.
const maxErrors = 100

// Position is a place in a file. Lines and columns count from 1; columns count
// characters, not bytes, as editors do.
type Position struct {
	File         string
	Line, Column int
}

// String returns "file:line:column", which terminals and editors turn into a link.
func (p Position) String() string {
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Error is one mistake in the file.
type Error struct {
	Position
	// Path leads to the value, for instance "filters[0].headers[0].values"; it is empty
	// if the mistake is in no field.
	Path    string
	Message string
}

// Error returns "livefilter.yaml:7:15: filters[0].headers[0].values: must not be empty".
func (e Error) Error() string {
	if e.Path == "" {
		return e.Position.String() + ": " + e.Message
	}
	return e.Position.String() + ": " + e.Path + ": " + e.Message
}

// Errors is all that is wrong with a file, in the order of the file; after the first
// hundred, one entry counts the rest.
type Errors []Error

// Error returns the errors, one a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i := range e {
		lines[i] = e[i].Error()
	}
	return strings.Join(lines, "\n")
}

func (e Errors) sorted() Errors {
	slices.SortStableFunc(e, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if len(e) > maxErrors {
		rest := Error{Position: e[maxErrors].Position, Message: fmt.Sprintf("and %d more errors", len(e)-maxErrors)}
		e = append(e[:maxErrors:maxErrors], rest)
	}
	return e
}
