package xds

// Kind is what happened to an Envoy.
type Kind int

// The kinds.
const (
	Connected    Kind = iota
	Disconnected      // one of its streams ended
	Sent              // a response went out
	Acked             // it accepted a response
	Refused           // a NACK
	Denied            // it may not connect: Words say why
	Live              // what is served is live: of the whole fleet, not of one Envoy
)

// Event is something that happened to one Envoy, or, for Live, to all.
type Event struct {
	Kind          Kind
	Node, Address string
	TypeURL       string // of Sent, Acked and Refused
	Version       string // of these and Live; of the Envoy itself, of Connected
	Unfit         string // of Connected: why it cannot run what it is sent; see Node
	Nonce         string // of the response, of Sent, Acked and Refused
	// Of Sent: the Envoy ran something before, and this is meant to take its place. It is no
	// part of the Envoy's start, nor what it had before it refused something.
	Update bool
	Bytes  int // of Sent: the size of the resources
	// Again: of Sent, all that is offered was refused before; of Refused, all that was refused.
	Again bool
	// Of Refused: Envoy's words, the resources that it refused, and the version of the type
	// that it goes on with.
	Words   string
	Names   []string
	Running string
	// Of Disconnected: the Envoy does not run what is served, so somebody should look.
	Behind bool
}
