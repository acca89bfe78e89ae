package main

import (
	"encoding/binary"
	"fmt"

	"github.com/livefilter/livefilter/internal/wasmbin"
)

// unreachable is the body of a function that nothing calls any more. The function itself stays, so that no other
// function's number changes.
var unreachable = []byte{0 /* no locals */, 0x00 /* unreachable */, 0x0b /* end */}

// prune returns the module with only the exports in keep, under their new names, without custom sections, and with the
// bodies of functions that became unreachable emptied.
func prune(code []byte, keep map[string]string) ([]byte, error) {
	m, err := wasmbin.Read(code)
	if err != nil {
		return nil, fmt.Errorf("the module %w", err)
	}
	exports, roots, err := exported(m, keep)
	if err != nil {
		return nil, err
	}
	if m.HasStart {
		roots = append(roots, m.Start)
	}
	bodies, err := pruned(m, code, append(roots, m.Referenced(code)...))
	if err != nil {
		return nil, err
	}
	return m.Rewrite(code, func(id byte, payload []byte) ([]byte, bool) {
		switch id {
		case wasmbin.SectionCustom:
			return nil, false
		case wasmbin.SectionExport:
			return exports, true
		case wasmbin.SectionCode:
			return bodies, true
		}
		return payload, true
	}), nil
}

// exported returns the section of the exports in keep, and the functions among them.
func exported(m *wasmbin.Module, keep map[string]string) (section []byte, functions []uint32, err error) {
	var entries []byte
	left := 0
	for _, e := range m.Exports {
		name, ok := keep[e.Name]
		if !ok {
			continue
		}
		left++
		entries = append(wasmbin.AppendSpan(entries, []byte(name)), byte(e.Kind))
		entries = binary.AppendUvarint(entries, uint64(e.Index))
		if e.Kind == wasmbin.KindFunc {
			functions = append(functions, e.Index)
		}
	}
	if left < len(keep) {
		return nil, nil, fmt.Errorf("%d of %d exports to keep are not there", len(keep)-left, len(keep))
	}
	return append(binary.AppendUvarint(nil, uint64(left)), entries...), functions, nil
}

// pruned returns the code section with the bodies that no root reaches emptied.
func pruned(m *wasmbin.Module, code []byte, roots []uint32) ([]byte, error) {
	imported := 0 // functions; they come first in the numbering
	for _, i := range m.Imports {
		if i.Kind == wasmbin.KindFunc {
			imported++
		}
	}
	bodies := m.Bodies(code)
	reached := make([]bool, len(bodies))
	for len(roots) > 0 {
		function := roots[len(roots)-1]
		roots = roots[:len(roots)-1]
		i := int(function) - imported
		if i >= len(bodies) {
			return nil, fmt.Errorf("there is no function %d", function)
		}
		if i < 0 || reached[i] {
			continue
		}
		reached[i] = true
		if err := wasmbin.Calls(bodies[i], func(callee uint32) { roots = append(roots, callee) }); err != nil {
			return nil, fmt.Errorf("function %d: %w", function, err)
		}
	}
	section := binary.AppendUvarint(nil, uint64(len(bodies)))
	for i, body := range bodies {
		if !reached[i] {
			body = unreachable
		}
		section = wasmbin.AppendSpan(section, body)
	}
	return section, nil
}
