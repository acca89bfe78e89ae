package main

import "errors"

var errTruncated = errors.New("truncated")

// decoder reads the pieces of a Wasm binary from front to back. After an error it reads zeros.
type decoder struct {
	bytes []byte
	pos   int
	err   error
}

func (d *decoder) more() bool { return d.err == nil && d.pos < len(d.bytes) }

// take returns the next n bytes.
func (d *decoder) take(n uint64) []byte {
	if d.err != nil || n > uint64(len(d.bytes)-d.pos) {
		d.err = errors.Join(d.err, errTruncated)
		return nil
	}
	d.pos += int(n)
	return d.bytes[d.pos-int(n) : d.pos]
}

func (d *decoder) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

// uint reads an unsigned LEB128 number. A signed one has the same length, so this skips it as well.
func (d *decoder) uint() uint64 {
	var n uint64
	for shift := 0; ; shift += 7 {
		b := d.byte()
		n |= uint64(b&0x7f) << min(shift, 63)
		if b < 0x80 {
			return n
		}
	}
}

// span returns bytes that follow their length.
func (d *decoder) span() []byte { return d.take(d.uint()) }

func appendUint(to []byte, n uint64) []byte {
	for ; n >= 0x80; n >>= 7 {
		to = append(to, byte(n)|0x80)
	}
	return append(to, byte(n))
}

func appendSpan(to, span []byte) []byte {
	return append(appendUint(to, uint64(len(span))), span...)
}
