package postgres

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
)

// backlogLimit bounds what ReadBacklog counts: of the jobs in one state and with one priority, and of the audit events that wait.
const backlogLimit = 10_000

// Backlog is what waits in the database, and the age of the signing key.
type Backlog struct {
	Jobs []JobCount
	// UnchainedAge is how long the oldest audit event has waited for its chain entry; 0 if none waits.
	UnchainedAge time.Duration
	// SigningKeyAge is how long the active signing key has been signing.
	SigningKeyAge time.Duration
}

// JobCount counts the unfinished jobs of one kind in one state.
type JobCount struct {
	Kind, State string
	Count       int
	// OldestAge is how long ago the oldest of them was enqueued.
	OldestAge time.Duration
}

// ReadBacklog reads at most a bounded number of rows, however much waits.
func (s *Store) ReadBacklog(ctx context.Context) (Backlog, error) {
	ages, err := s.queries().ReadAges(ctx, backlogLimit)
	if err != nil {
		return Backlog{}, mapError(err)
	}
	jobs, err := s.queries().CountJobs(ctx, backlogLimit)
	if err != nil {
		return Backlog{}, mapError(err)
	}
	backlog := Backlog{UnchainedAge: ageOf(ages.UnchainedSeconds), SigningKeyAge: ageOf(ages.SigningKeySeconds)}
	for _, j := range jobs {
		backlog.Jobs = append(backlog.Jobs, jobCount(j))
	}
	return backlog, nil
}

func jobCount(j sqlc.CountJobsRow) JobCount {
	return JobCount{Kind: j.Kind, State: j.State, Count: int(j.Count), OldestAge: ageOf(j.OldestSeconds)}
}

// ageOf is 0 for what is dated by a clock ahead of the database's.
func ageOf(seconds float64) time.Duration { return max(time.Duration(seconds*float64(time.Second)), 0) }
