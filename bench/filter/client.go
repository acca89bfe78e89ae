package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"time"
)

const request = "GET / HTTP/1.1\r\nHost: bench\r\nUser-Agent: bench\r\nAccept: */*\r\n" +
	"X-User: 4711\r\nCookie: theme=dark; sid=4711\r\n\r\n"

// width is how many connections a client has, each with one request under way: enough for the worker to find the next
// one waiting, so that going to sleep and waking up is not what is measured.
const width = 20

// client is a number of keep-alive connections.
type client struct {
	connections [width]net.Conn
	readers     [width]*bufio.Reader
}

// dial connects as soon as the address answers.
func dial(ctx context.Context, address string) (*client, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	c := &client{}
	for i := range width {
		connection, err := dialOne(ctx, address)
		if err != nil {
			c.close()
			return nil, err
		}
		c.connections[i], c.readers[i] = connection, bufio.NewReader(connection)
	}
	return c, nil
}

func dialOne(ctx context.Context, address string) (net.Conn, error) {
	for {
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			return connection, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (c *client) close() {
	for _, connection := range c.connections {
		if connection != nil {
			_ = connection.Close()
		}
	}
}

// get returns one response.
func (c *client) get() (string, error) {
	if _, err := io.WriteString(c.connections[0], request); err != nil {
		return "", err
	}
	var response bytes.Buffer
	err := readResponse(c.readers[0], &response)
	return response.String(), err
}

// many gets n responses, rounded up to a multiple of width, all of which must be 200.
func (c *client) many(ctx context.Context, n int) error {
	for ; n > 0 && ctx.Err() == nil; n -= width {
		for _, connection := range c.connections {
			if _, err := io.WriteString(connection, request); err != nil {
				return err
			}
		}
		for _, reader := range c.readers {
			if err := readResponse(reader, io.Discard); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// readResponse copies the head of a response to w, and reads its body "ok".
func readResponse(reader *bufio.Reader, w io.Writer) error {
	for first := true; ; first = false {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return err
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
		if first && !bytes.HasPrefix(line, []byte("HTTP/1.1 200")) {
			return fmt.Errorf("answered %q", line)
		}
		if len(line) == len("\r\n") {
			break
		}
	}
	_, err := reader.Discard(len("ok"))
	return err
}
