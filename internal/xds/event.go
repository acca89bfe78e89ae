package xds

// Kind is what happened to an Envoy.
type Kind int

// The kinds.
const (
	Connected    Kind = iota
	Disconnected      // one of its streams ended
	Sent              // a response went out
	Acked             // it runs what was sent, proven
	Refused           // a NACK of something that it had not refused before
)

// Event is one thing that happened to one Envoy.
type Event struct {
	Kind          Kind
	Node, Address string
	TypeURL       string // of Sent, Acked and Refused
	Version       string // of these
	// Update: the Envoy ran an earlier version of the type; not its first response.
	Update bool
	Bytes  int // of Sent: the size of the resources
	// Words are Envoy's reason, and Running the version it goes on with, of Refused.
	Words, Running string
}
