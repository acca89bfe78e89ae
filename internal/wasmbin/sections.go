package wasmbin

import "fmt"

// maxValues is V8's kV8MaxWasmFunctionParams and kV8MaxWasmFunctionReturns.
const maxValues = 1000

func (m *Module) readTypes(r *reader) {
	for range r.count(3) {
		switch form := r.byte(); form {
		case 0x60:
			m.types = append(m.types, Func{Params: r.valTypes(), Results: r.valTypes()})
		case 0x4e, 0x4f, 0x50, 0x5e, 0x5f:
			r.fail(&UnsupportedError{What: "it uses garbage-collected types (GC)"})
			return
		default:
			r.corrupt("has the unknown form %#x", form)
			return
		}
	}
}

func (r *reader) valTypes() string {
	n := r.count(1)
	if n > maxValues {
		r.fail(&CorruptError{What: fmt.Sprintf("has a function type of %d values; V8 takes %d", n, maxValues)})
		return ""
	}
	letters := make([]byte, 0, n)
	for range n {
		letters = append(letters, r.valType())
	}
	return string(letters)
}

func (r *reader) valType() byte {
	switch b := r.byte(); b {
	case 0x7f:
		return 'i'
	case 0x7e:
		return 'I'
	case 0x7d:
		return 'f'
	case 0x7c:
		return 'F'
	case 0x7b, 0x70, 0x6f, 0x69: // v128, funcref, externref, exnref
		return '?'
	case 0x63, 0x64: // ref null, ref
		r.sleb()
		return '?'
	case 0x67, 0x68, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73, 0x74, 0x75:
		r.fail(&UnsupportedError{What: "it uses garbage-collected types (GC)"})
	default:
		r.corrupt("has the unknown type %#x", b)
	}
	return '?'
}

func (m *Module) readImports(r *reader) {
	for range r.count(4) {
		i := Import{Module: r.name(), Name: r.name(), Kind: Kind(r.byte())}
		switch i.Kind {
		case KindFunc:
			t := r.u32()
			m.funcTypes = append(m.funcTypes, t)
			i.Func = m.funcType(t, r)
		case KindTable:
			r.valType()
			r.limits()
		case KindMemory:
			r.limits()
		case KindGlobal:
			r.valType()
			r.byte()
		case KindTag:
			r.byte()
			r.u32()
		default:
			r.corrupt("has an unknown %s", i.Kind)
		}
		if r.err != nil {
			return
		}
		m.Imports = append(m.Imports, i)
	}
}

func (m *Module) funcType(t uint32, r *reader) Func {
	if int64(t) >= int64(len(m.types)) {
		r.corrupt("speaks of a type %d that is not there", t)
		return Func{}
	}
	return m.types[t]
}

func (m *Module) readExports(r *reader) {
	for range r.count(3) {
		e := Export{Name: r.name(), Kind: Kind(r.byte()), Index: r.u32()}
		if e.Kind == KindFunc {
			if int64(e.Index) >= int64(len(m.funcTypes)) {
				r.corrupt("speaks of a function %d that is not there", e.Index)
			} else {
				e.Func = m.funcType(m.funcTypes[e.Index], r)
			}
			// The first marker in the order of the section wins, as in Envoy (BytecodeUtil::getAbiVersion of
			// proxy-wasm-cpp-host).
			switch e.Name {
			case "proxy_abi_version_0_1_0", "proxy_abi_version_0_2_0", "proxy_abi_version_0_2_1":
				if m.ABI == "" {
					m.ABI = string([]byte{e.Name[18], '.', e.Name[20], '.', e.Name[22]})
				}
			}
		}
		if r.err != nil {
			return
		}
		m.Exports = append(m.Exports, e)
	}
}

func (m *Module) readTables(r *reader) {
	for range r.count(3) {
		init := r.pos < r.end && r.buf[r.pos] == 0x40
		if init {
			r.skip(2)
		}
		r.valType()
		m.tables++
		m.minTable += r.limits().Min
		if init {
			r.constExpr()
		}
	}
}
