package summary

import (
	"fmt"
	"io"
	"time"

	"github.com/livefilter/livefilter/internal/live"
	"github.com/livefilter/livefilter/internal/xds"
)

// maxDenied bounds those whom status lists; --json has all that are remembered.
const maxDenied = 10

// notAdmitted follows the first line's word on the fleet.
func notAdmitted(denied []xds.Denial) string {
	if len(denied) == 0 {
		return ""
	}
	return fmt.Sprintf("; not admitted by clients: %d", len(denied))
}

func writeDenied(w io.Writer, s live.Status) {
	for i, d := range s.Denied {
		if i == maxDenied {
			label(w, "denied", fmt.Sprintf("and %d more", len(s.Denied)-i))
			break
		}
		label(w, "denied", fmt.Sprintf("%s, last %s ago", d, time.Since(d.Last).Truncate(time.Second)))
	}
}
