package postgres

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/ports"
)

// backlogLimit bounds what ReadBacklog counts: of the jobs in one state and with one priority, and of the audit events that wait.
const backlogLimit = 10_000

// ReadBacklog reads at most a bounded number of rows, however much waits.
func (s *Store) ReadBacklog(ctx context.Context) (ports.Backlog, error) {
	ages, err := s.queries().ReadAges(ctx, backlogLimit)
	if err != nil {
		return ports.Backlog{}, mapError(err)
	}
	jobs, err := s.queries().CountJobs(ctx, backlogLimit)
	if err != nil {
		return ports.Backlog{}, mapError(err)
	}
	backlog := ports.Backlog{UnchainedAge: ageOf(ages.UnchainedSeconds), SigningKeyAge: ageOf(ages.SigningKeySeconds)}
	for _, j := range jobs {
		backlog.Jobs = append(backlog.Jobs, jobCount(j))
	}
	return backlog, nil
}

func jobCount(j sqlc.CountJobsRow) ports.JobCount {
	return ports.JobCount{Kind: j.Kind, State: j.State, Count: int(j.Count), OldestAge: ageOf(j.OldestSeconds)}
}

// ageOf is 0 for what is dated by a clock ahead of the database's.
func ageOf(seconds float64) time.Duration { return max(time.Duration(seconds*float64(time.Second)), 0) }
