package wasmbin

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

// All of a function's blocks count, whatever else it has many of.
func TestBlocks(t *testing.T) {
	const many = maxEntries + 1
	targets := slices.Concat(binary.AppendUvarint([]byte{0x0e}, many), make([]byte, many+1))
	selects := append(bytes.Repeat([]byte{0x1c, 1, 0x7f}, many), 0x02, 0x40, 0x0b)
	for name, tt := range map[string]struct {
		code []byte
		want int
	}{
		"a branch table":                {targets, many},
		"a block behind many selects":   {selects, 1},
		"a table longer than the bytes": {targets[:many], 0},
	} {
		r := &reader{buf: tt.code, end: len(tt.code)}
		if n := blocks(r); n != tt.want {
			t.Errorf("%s: %d blocks, want %d", name, n, tt.want)
		}
	}
}
