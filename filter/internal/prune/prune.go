package main

import (
	"bytes"
	"errors"
	"fmt"
)

// Sections by number (WebAssembly core specification, section 5.5.2).
const (
	sectionCustom  = 0
	sectionImport  = 2
	sectionExport  = 7
	sectionStart   = 8
	sectionElement = 9
	sectionCode    = 10
)

const functionKind = 0

// unreachable is the body of a function that nothing calls any more. The function itself stays, so that no other
// function's number changes.
var unreachable = []byte{0 /* no locals */, 0x00 /* unreachable */, 0x0b /* end */}

type section struct {
	id      byte
	payload []byte
}

// prune returns the module with only the exports in keep under their new names, without custom sections, and with the bodies of functions
// that became unreachable emptied.
func prune(module []byte, keep map[string]string) ([]byte, error) {
	magic := []byte("\x00asm\x01\x00\x00\x00")
	if !bytes.HasPrefix(module, magic) {
		return nil, errors.New("not a Wasm module")
	}
	d := &decoder{bytes: module, pos: len(magic)}
	var sections []section
	var imported uint64
	var roots []uint64
	for d.more() {
		s := section{id: d.byte(), payload: d.span()}
		p := &decoder{bytes: s.payload}
		switch s.id {
		case sectionCustom:
			continue
		case sectionImport:
			imported = functionImports(p)
		case sectionExport:
			s.payload = exports(p, keep, &roots)
		case sectionStart:
			roots = append(roots, p.uint())
		case sectionElement:
			elements(p, &roots)
		}
		if p.err != nil {
			return nil, fmt.Errorf("section %d: %w", s.id, p.err)
		}
		sections = append(sections, s)
	}
	if d.err != nil {
		return nil, d.err
	}
	out := magic
	for _, s := range sections {
		if s.id == sectionCode {
			var err error
			if s.payload, err = code(s.payload, imported, roots); err != nil {
				return nil, fmt.Errorf("code: %w", err)
			}
		}
		out = appendSpan(append(out, s.id), s.payload)
	}
	return out, nil
}

// functionImports counts the functions among the imports; they come first in the numbering.
func functionImports(d *decoder) (functions uint64) {
	for range d.uint() {
		d.span() // module
		d.span() // name
		switch kind := d.byte(); kind {
		case functionKind:
			functions++
			d.uint()
		default:
			d.err = fmt.Errorf("an import of kind %d", kind)
			return 0
		}
	}
	return functions
}

// exports returns the section with only the exports in keep, and adds their functions to roots.
func exports(d *decoder, keep map[string]string, roots *[]uint64) []byte {
	var left uint64
	var entries []byte
	for range d.uint() {
		name, kind, index := d.span(), d.byte(), d.uint()
		newName, ok := keep[string(name)]
		if !ok {
			continue
		}
		left++
		entries = appendUint(append(appendSpan(entries, []byte(newName)), kind), index)
		if kind == functionKind {
			*roots = append(*roots, index)
		}
	}
	if left < uint64(len(keep)) && d.err == nil {
		d.err = fmt.Errorf("%d of %d exports to keep are not there", uint64(len(keep))-left, len(keep))
	}
	return append(appendUint(nil, left), entries...)
}

// elements adds the functions of the table, any of which an indirect call may reach, to roots.
func elements(d *decoder, roots *[]uint64) {
	for range d.uint() {
		if flags := d.uint(); flags != 0 {
			d.err = fmt.Errorf("an element segment of form %d", flags)
			return
		}
		const i32Const, end = 0x41, 0x0b
		op := d.byte()
		d.uint()
		if op != i32Const || d.byte() != end {
			d.err = errors.New("an element segment without a constant offset")
			return
		}
		for range d.uint() {
			*roots = append(*roots, d.uint())
		}
	}
}

// code returns the section with the bodies that no root reaches emptied.
func code(payload []byte, imported uint64, roots []uint64) ([]byte, error) {
	d := &decoder{bytes: payload}
	bodies := make([][]byte, 0, 256)
	for range d.uint() {
		bodies = append(bodies, d.span())
	}
	if d.err != nil {
		return nil, d.err
	}
	reached := make([]bool, len(bodies))
	for len(roots) > 0 {
		function := roots[len(roots)-1]
		roots = roots[:len(roots)-1]
		if function < imported || reached[function-imported] {
			continue
		}
		reached[function-imported] = true
		err := calls(bodies[function-imported], func(callee uint64) { roots = append(roots, callee) })
		if err != nil {
			return nil, fmt.Errorf("function %d: %w", function, err)
		}
	}
	out := appendUint(nil, uint64(len(bodies)))
	for i, body := range bodies {
		if !reached[i] {
			body = unreachable
		}
		out = appendSpan(out, body)
	}
	return out, nil
}
