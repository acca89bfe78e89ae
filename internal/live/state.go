package live

import (
	"errors"
	"log/slog"
	"syscall"

	"github.com/livefilter/livefilter/internal/lastgood"
)

// OpenState opens the folder for keep and recall. A disk that is full or cannot be written is
// no reason not to serve.
func OpenState(dir string, log *slog.Logger) (*lastgood.Dir, error) {
	if dir == "" {
		return nil, nil //nolint:nilnil // nothing is kept
	}
	d, err := lastgood.Open(dir)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EROFS) {
		log.Error("config is not kept for restarts", "err", err)
		return nil, nil //nolint:nilnil // as above
	}
	if err != nil {
		return nil, err
	}
	if loose := d.Loose(); loose != nil {
		log.Warn("state folder is accessible to other users", "err", loose)
	}
	return d, nil
}
