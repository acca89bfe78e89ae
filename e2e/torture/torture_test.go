//go:build torture

package torture

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// calmEvery is how often all faults end, and everything must become live.
	calmEvery = 30 * time.Second
	// patience is how long that may take: what an Envoy refused is tried again within a minute.
	patience = 90 * time.Second
)

// run is what happens in a rig.
type run struct {
	*rig
	rng    *rand.Rand
	editor *editor
	disk   *disk
	good   content // the latest valid one
	calms  []time.Duration
}

func TestTorture(t *testing.T) {
	seed, minutes := setting("SEED", uint64(time.Now().UnixNano()%1_000_000)), setting("MINUTES", 5)
	fmt.Printf("torture: SEED=%d MINUTES=%d\n", seed, minutes)
	dir, err := os.MkdirTemp("", "torture-"+strconv.FormatUint(seed, 10)+"-") //nolint:usetesting // the logs of a failure stay
	must(t, err)
	g, err := newRig(dir)
	must(t, err)
	rng := rand.New(rand.NewPCG(seed, 0))
	r := &run{rig: g, rng: rng, editor: &editor{rng: rng}, disk: &disk{dir: filepath.Join(dir, "config"), judge: g.judge}}
	r.torture(time.Duration(minutes) * time.Minute)
	fmt.Print(r.log.table())
	fmt.Printf("torture: became live in calm within %s of the faults' end at the latest; %d ms after a claim of status an answer was older\n",
		slices.Max(append(r.calms, 0)).Round(time.Millisecond), r.judge.latest.Milliseconds())
	if r.log.failure != "" {
		t.Fatalf("%s\n\nthe latest events:\n%s\n\nthe logs are in %s; run it again: SEED=%d MINUTES=%d make torture",
			r.log.failure, r.log.tail(40), dir, seed, minutes)
	}
	_ = os.RemoveAll(dir)
}

// torture runs until the time is over or something fails.
func (r *run) torture(lasts time.Duration) {
	ctx, cancel := context.WithCancel(context.Background())
	var under sync.WaitGroup
	defer under.Wait()
	defer r.end()
	defer cancel()
	go func() {
		<-r.log.failed
		cancel()
	}()
	if err := r.begin(ctx, &under); err != nil {
		r.log.fail(err.Error())
		return
	}
	for minute, end := 1, time.Now().Add(lasts); ctx.Err() == nil; {
		r.calm(ctx)
		if now := time.Now(); now.After(end) {
			return
		} else if now.Sub(r.log.began) > time.Duration(minute)*time.Minute {
			fmt.Printf("torture: %s: %s\n", now.Sub(r.log.began).Round(time.Second), r.summary())
			minute++
		}
		r.storm(ctx, min(calmEvery, time.Until(end)))
	}
}

func (r *run) begin(ctx context.Context, under *sync.WaitGroup) error {
	r.good = r.editor.first()
	for _, file := range []string{configFile, keysFile, moduleFile} {
		text, err := r.good.text(file, 0)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(r.disk.dir, file), text, 0o600); err != nil {
			return err
		}
	}
	r.judge.begin("the first", r.good)
	r.judge.done()
	if err := r.startServer(); err != nil {
		return err
	}
	under.Go(func() { r.sampling(ctx) })
	for e := range r.envoys {
		r.judge.kill(e) // there is none before the first
		if err := r.startEnvoy(e); err != nil {
			return err
		}
		for _, fresh := range []bool{false, true} {
			under.Go(func() { newClient(r.judge, r.networks[e], e, fresh).run(ctx) })
		}
	}
	return nil
}

func (r *run) summary() string {
	return fmt.Sprintf("%d requests, %d lost with a cause, %d edits, %d broken ones, %d faults, %d samples of status",
		r.log.sum("answered: "), r.log.sum("lost: "), r.log.sum("edit: "), r.log.sum("broken: "),
		r.log.sum("server: ")+r.log.sum("edge-"), r.log.sum("status: answers"))
}

// names of a map in an order that the seed can choose from.
func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func setting[N int | uint64](name string, otherwise N) N {
	if n, err := strconv.ParseUint(strings.TrimSpace(os.Getenv(name)), 10, 63); err == nil {
		return N(n)
	}
	return otherwise
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
