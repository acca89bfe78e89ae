package page

import (
	"strconv"

	"github.com/livefilter/livefilter/internal/xds"
)

// traffic is of all connected Envoys, in the last minute.
type traffic struct {
	Known            bool // somebody told of it
	Silent           int  // connected Envoys that did not
	Requests, Failed uint64
}

func trafficOf(nodes []xds.Node) (t traffic) {
	for _, n := range nodes {
		switch {
		case !n.Left.IsZero():
		case n.Traffic == nil:
			t.Silent++
		default:
			t.Known = true
			t.Requests += n.Traffic.Requests
			t.Failed += n.Traffic.Failed
		}
	}
	return t
}

// percent is a part of a whole, for people: never 0 or 100 where it is not quite.
func percent(part, whole uint64) string {
	if whole == 0 {
		return "0 %"
	}
	p := float64(part) / float64(whole) * 100
	switch {
	case part == 0 || part == whole:
		return strconv.Itoa(int(p)) + " %"
	case p < 0.1:
		return "< 0.1 %"
	case p < 10:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	case p > 99.9:
		return "> 99.9 %"
	}
	return strconv.FormatFloat(p, 'f', 0, 64) + " %"
}

// grouped is a number with a comma between each three digits.
func grouped(n uint64) string {
	text := strconv.FormatUint(n, 10)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
