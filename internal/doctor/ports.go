package doctor

import (
	"context"
	"errors"

	"github.com/livefilter/livefilter/internal/holder"
)

// Ports is about the two ports of serve, where admin is an address of this machine; free says that no server can be there.
// answers: a livefilter server answers on admin.
func Ports(ctx context.Context, xds, admin string, answers bool) (all []Finding, free bool) {
	var server holder.Process
	lis, err := holder.Listen(ctx, admin)
	about := "admin port " + admin
	var used *holder.InUse
	switch {
	case errors.Is(err, holder.ErrElsewhere):
		return nil, false
	case err == nil:
		free = true
		_ = lis.Close()
		all = append(all, ok(about, "free: no server runs here"))
	case errors.As(err, &used) && answers:
		server = used.By
		all = append(all, ok(about, "a livefilter server answers%s", byWhom(used)))
	case errors.As(err, &used):
		all = append(all, fault(about, "end that process, or give --admin-address another port", "%v, which is no livefilter server that answers", err))
	default:
		all = append(all, fault(about, "give --admin-address another address", "%v", err))
	}
	return append(all, xdsPort(ctx, xds, server, answers)), free
}

func xdsPort(ctx context.Context, address string, server holder.Process, answers bool) Finding {
	about := "port for Envoys " + address
	lis, err := holder.Listen(ctx, address)
	var used *holder.InUse
	switch {
	case err == nil:
		_ = lis.Close()
		if answers {
			return warning(about, "name the port by --xds-address", "free: the server that answers on the admin port has another one")
		}
		return ok(about, "free")
	case errors.As(err, &used) && used.Seen && used.By.PID != 0 && used.By.PID == server.PID:
		return ok(about, "the server's%s", byWhom(used))
	case errors.As(err, &used) && answers && used.By.PID == 0:
		return ok(about, "in use, by the server as far as this user can see")
	case errors.As(err, &used):
		return fault(about, "end that process, or give --xds-address another port", "%v", err)
	}
	return fault(about, "give --xds-address another address", "%v", err)
}

func byWhom(used *holder.InUse) string {
	if !used.Seen || used.By.PID == 0 {
		return ""
	}
	return ": " + used.By.String()
}
