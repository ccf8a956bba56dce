package jobs

import (
	"context"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/ports"
)

const (
	// beatEvery is the interval at which a runner shows that it runs. Each beat has as long.
	beatEvery = 3 * time.Second
	// silentAfter is how long a runner is silent before its jobs are given to others: a killed replica's messages then leave within
	// 20 seconds. It is the time of five beats, so that a lost one or a busy machine has no effect.
	silentAfter = 15 * time.Second
	// stuckAfter is how long a job runs before it is given to another runner although its own is not silent. It is above Timeout.
	stuckAfter = 2 * time.Minute
)

// Runners knows which runners of jobs are running. postgres.JobRunners implements it, with the promises of each method.
type Runners interface {
	Beat(ctx context.Context, id string) error
	Leave(ctx context.Context, id string) error
	Rescue(ctx context.Context, silence, stuckAfter time.Duration) ([]ports.RescuedJob, error)
}

// heartbeat keeps a runner from being taken for dead, and rescues the jobs of runners that are.
type heartbeat struct {
	Config
	id  string
	now func() time.Time
	// rescueFrom is when this runner may judge others. The end of an outage of the database finds all runners silent.
	rescueFrom time.Time
}

// start beats in the background until the function that it returns is called. The first beat is over before start returns.
func (h *heartbeat) start(ctx context.Context) (end func(), err error) {
	if err := h.beat(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(beatEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				h.run(ctx)
			}
		}
	})
	return func() {
		cancel()
		running.Wait()
	}, nil
}

// run beats once, and rescues the jobs of silent runners unless a beat failed shortly before.
func (h *heartbeat) run(ctx context.Context) {
	if err := h.beat(ctx); err != nil {
		h.rescueFrom = h.now().Add(silentAfter)
		if ctx.Err() == nil {
			h.Logger.WarnContext(ctx, "job runner not announced", "runner", h.id, "error", err)
		}
		return
	}
	if h.now().Before(h.rescueFrom) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, beatEvery)
	defer cancel()
	rescued, err := h.Runners.Rescue(ctx, silentAfter, stuckAfter)
	if err != nil && ctx.Err() == nil {
		h.Logger.WarnContext(ctx, "jobs of silent runners not rescued", "error", err)
	}
	for _, job := range rescued {
		attempts{h.Config}.rescued(ctx, job)
	}
}

func (h *heartbeat) beat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, beatEvery)
	defer cancel()
	return h.Runners.Beat(ctx, h.id)
}

// leave tells the other runners that this one has ended its jobs.
func (h *heartbeat) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), beatEvery)
	defer cancel()
	if err := h.Runners.Leave(ctx, h.id); err != nil {
		h.Logger.WarnContext(ctx, "job runner not removed", "runner", h.id, "error", err) // an hour later it is removed by another one
	}
}
