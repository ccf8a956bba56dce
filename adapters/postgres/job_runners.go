package postgres

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/ports"
)

// JobRunners knows which runners of background jobs are running, by the clock of the database (docs/decisions/0039).
type JobRunners struct{ store *Store }

// JobRunners returns the runners that share the database.
func (s *Store) JobRunners() JobRunners { return JobRunners{s} }

// Beat records that a runner is running. id is the one that River writes into attempted_by.
func (r JobRunners) Beat(ctx context.Context, id string) error {
	return mapError(sqlc.New(r.store.pool).BeatJobRunner(ctx, id))
}

// Leave removes a runner whose jobs have all ended.
func (r JobRunners) Leave(ctx context.Context, id string) error {
	return mapError(sqlc.New(r.store.pool).RemoveJobRunner(ctx, id))
}

// Rescue makes jobs available to other runners: those of runners that have not beaten for the time of silence, and those that have
// been running for longer than stuckAfter. A runner that never beat is not silent. Concurrent calls rescue each job once.
func (r JobRunners) Rescue(ctx context.Context, silence, stuckAfter time.Duration) ([]ports.RescuedJob, error) {
	rows, err := sqlc.New(r.store.pool).RescueJobs(ctx, sqlc.RescueJobsParams{Silence: silence, StuckAfter: stuckAfter})
	if err != nil {
		return nil, mapError(err)
	}
	rescued := make([]ports.RescuedJob, len(rows))
	for i, row := range rows {
		rescued[i] = ports.RescuedJob{ID: row.ID, Kind: row.Kind, Attempt: int(row.Attempt), Args: row.Args, IsDiscarded: row.IsDiscarded}
	}
	return rescued, nil
}
