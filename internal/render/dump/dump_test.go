package dump

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// What a dump looks like, a real Envoy says: see e2e.
func TestForeignResource(t *testing.T) {
	_, err := Config([]proto.Message{&anypb.Any{}})
	if want := "type.googleapis.com/google.protobuf.Any: has no place in a config dump"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
