package proxywasm

// step runs a callback of the stream and reports whether the stream goes on.
func (x *exchange) step(name string, goesOn func(uint32) bool, args ...uint32) (bool, error) {
	x.resumed, x.reply = false, nil
	status, err := x.vm.call(x.ctx, x.c, name, append([]uint32{x.c.id}, args...)...)
	switch {
	case err != nil:
		return false, err
	case x.reply != nil && x.responding:
		// Envoy replaces the response and does not show the module its own reply again.
		x.out.Reply, x.out.Response = x.reply, x.reply.message()
		return false, nil
	case x.reply != nil:
		x.out.Reply = x.reply
		return false, nil
	case x.out.Closed:
		return false, nil
	case goesOn(status), x.resumed:
		return true, nil
	}
	x.out.Paused = name
	return false, nil
}

// headers: anything but Continue (and 2, which Envoy reads as Continue) stops the headers, and with them the body
// (convertVmCallResultToFilterHeadersStatus, allow_on_headers_stop_iteration being false).
func (x *exchange) headers(name string, m *Message) (bool, error) {
	args := []uint32{uint32(len(m.Headers)), 0}
	if len(m.Body) == 0 && m.Trailers == nil {
		args[1] = 1
	}
	if x.vm.abi == "0.1.0" {
		args = args[:1]
	}
	return x.step(name, func(status uint32) bool { return status == 0 || status == 2 }, args...)
}

// body sends the body in two pieces, the second one empty and last, as HTTP/1 with a content-length arrives. A module
// that wants the whole body pauses at the first and sees both at the second.
func (x *exchange) body(name string, m *Message, shown **[]byte) (bool, error) {
	if len(m.Body) == 0 && m.Trailers == nil || x.vm.callbacks[name] == nil {
		return true, nil
	}
	s := x.c.stream
	*shown = &m.Body
	buffered := false
	if _, err := x.step(name, func(status uint32) bool { buffered = status == 1; return true }, uint32(len(m.Body)), 0); err != nil || x.over() {
		return false, err
	}
	if m.Trailers != nil {
		*shown = nil
		return true, nil
	}
	var rest []byte
	if buffered {
		*shown = &m.Body
	} else {
		*shown = &rest
	}
	s.end = true
	on, err := x.step(name, func(status uint32) bool { return status == 0 }, uint32(len(**shown)), 1)
	m.Body = append(m.Body, rest...)
	s.end, *shown = false, nil
	return on, err
}

func (x *exchange) over() bool { return x.out.Reply != nil || x.out.Closed }

func (x *exchange) trailers(name string, m *Message) (bool, error) {
	return x.step(name, func(status uint32) bool { return status == 0 }, uint32(len(m.Trailers)))
}
