package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// As much of HTTP/2 and gRPC as one stream of a client needs, and no more: one goroutine and 4 KiB of buffer a
// connection, so that 10,000 clients leave the processors to the server.

const (
	frameData, frameHeaders, frameReset, frameSettings byte = 0, 1, 3, 4
	framePing, frameGoAway, frameWindow                byte = 6, 7, 8

	flagAck, flagEndStream byte = 1, 1
	flagEndHeaders         byte = 4

	window = 16 << 20 // Envoy's own
)

// stream is a gRPC stream on a connection of its own. One goroutine uses it.
type stream struct {
	conn     net.Conn
	in       *bufio.Reader
	consumed uint32 // bytes that the peer may not send again yet
}

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 64<<10); return &b }}

// open starts the method's stream on conn.
func open(conn net.Conn, method string) (*stream, error) {
	out := []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	out = frame(out, frameSettings, 0, 0, binary.BigEndian.AppendUint32([]byte{0, 4}, window))
	out = frame(out, frameWindow, 0, 0, binary.BigEndian.AppendUint32(nil, window))
	var block []byte
	for _, h := range [][2]string{
		{":method", "POST"}, {":scheme", "http"}, {":path", method}, {":authority", "server"},
		{"te", "trailers"}, {"content-type", "application/grpc"},
	} {
		block = append(append(block, 0, byte(len(h[0]))), h[0]...) // a literal, not indexed, not compressed
		block = append(append(block, byte(len(h[1]))), h[1]...)
	}
	out = frame(out, frameHeaders, flagEndHeaders, 1, block)
	_, err := conn.Write(out)
	return &stream{conn: conn, in: bufio.NewReader(conn)}, err
}

func frame(out []byte, kind, flags byte, id uint32, payload []byte) []byte {
	out = append(out, byte(len(payload)>>16), byte(len(payload)>>8), byte(len(payload)), kind, flags)
	return append(binary.BigEndian.AppendUint32(out, id), payload...)
}

// send writes one message, of less than 16 KiB.
func (s *stream) send(message []byte) error {
	payload := make([]byte, 5, 5+len(message))
	binary.BigEndian.PutUint32(payload[1:], uint32(len(message)))
	_, err := s.conn.Write(frame(nil, frameData, 0, 1, append(payload, message...)))
	return err
}

// receive calls handle with each message until the connection ends. handle must not keep it.
func (s *stream) receive(handle func([]byte) error) error {
	var header [9]byte
	var pending *[]byte // what came of a message so far
	for {
		if _, err := io.ReadFull(s.in, header[:]); err != nil {
			return err
		}
		size := int(header[0])<<16 | int(header[1])<<8 | int(header[2])
		if header[3] != frameData {
			if err := s.control(header[3], header[4], size); err != nil {
				return err
			}
			continue
		}
		if pending == nil {
			pending, _ = buffers.Get().(*[]byte)
		}
		have := len(*pending)
		*pending = append(*pending, make([]byte, size)...)
		if _, err := io.ReadFull(s.in, (*pending)[have:]); err != nil {
			return err
		}
		if err := s.giveBack(size); err != nil {
			return err
		}
		rest := *pending
		for len(rest) >= 5 && len(rest)-5 >= int(binary.BigEndian.Uint32(rest[1:])) {
			end := 5 + binary.BigEndian.Uint32(rest[1:])
			if err := handle(rest[5:end]); err != nil {
				return err
			}
			rest = rest[end:]
		}
		*pending = append((*pending)[:0], rest...)
		if len(rest) == 0 {
			buffers.Put(pending)
			pending = nil
		}
	}
}

// control takes any frame but data.
func (s *stream) control(kind, flags byte, size int) error {
	payload := make([]byte, size)
	if _, err := io.ReadFull(s.in, payload); err != nil {
		return err
	}
	switch {
	case kind == frameSettings && flags&flagAck == 0:
		_, err := s.conn.Write(frame(nil, frameSettings, flagAck, 0, nil))
		return err
	case kind == framePing && flags&flagAck == 0:
		_, err := s.conn.Write(frame(nil, framePing, flagAck, 0, payload))
		return err
	case kind == frameHeaders && flags&flagEndStream != 0:
		return errors.New("the server ended the stream")
	case kind == frameReset, kind == frameGoAway:
		return fmt.Errorf("the server ended the stream: frame %d, % x", kind, payload)
	}
	return nil
}

// giveBack lets the peer send size bytes more, once half of the window is used.
func (s *stream) giveBack(size int) error {
	s.consumed += uint32(size)
	if s.consumed < window/2 {
		return nil
	}
	n := binary.BigEndian.AppendUint32(nil, s.consumed)
	s.consumed = 0
	_, err := s.conn.Write(frame(frame(nil, frameWindow, 0, 0, n), frameWindow, 0, 1, n))
	return err
}
