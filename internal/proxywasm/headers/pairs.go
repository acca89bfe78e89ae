package headers

import "encoding/binary"

// Limits of proxy-wasm-cpp-host (include/proxy-wasm/limits.h); what exceeds them reads as no pairs at all.
const (
	maxPairsBytes = 1 << 20
	maxPairs      = 1024
)

// Encode writes pairs as proxy-wasm passes them: the count, the two lengths of each pair, then names and values, each
// with a zero byte after it.
func Encode(l List) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(l)))
	for _, h := range l {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(h.Name)))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(h.Value)))
	}
	for _, h := range l {
		b = append(append(b, h.Name...), 0)
		b = append(append(b, h.Value...), 0)
	}
	return b
}

// Decode reads what Encode wrote, and nothing at all from anything else, as Envoy does.
func Decode(b []byte) List {
	if len(b) < 4 || len(b) > maxPairsBytes {
		return nil
	}
	n := binary.LittleEndian.Uint32(b)
	if n > maxPairs || 4+uint64(n)*8 > uint64(len(b)) {
		return nil
	}
	sizes, rest := b[4:4+n*8], b[4+n*8:]
	next := func(size uint32) (string, bool) {
		if uint64(size)+1 > uint64(len(rest)) || rest[size] != 0 {
			return "", false
		}
		s := string(rest[:size])
		rest = rest[size+1:]
		return s, true
	}
	l := make(List, 0, n)
	for ; len(sizes) > 0; sizes = sizes[8:] {
		name, ok := next(binary.LittleEndian.Uint32(sizes))
		if !ok {
			return nil
		}
		value, ok := next(binary.LittleEndian.Uint32(sizes[4:]))
		if !ok {
			return nil
		}
		l = append(l, Header{name, value})
	}
	if len(rest) > 0 {
		return nil
	}
	return l
}
