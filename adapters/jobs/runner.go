// Package jobs works off what can wait: it writes the letters that use cases asked for and removes what nobody can use any
// more. The jobs lie in PostgreSQL (River), so that they exist if and only if their transaction committed, and any replica
// may do them.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/siriusys/user-management-service/app"
)

const (
	// jobTimeout bounds one attempt. It is below rescueAfter, so that no job is worked on twice at once.
	jobTimeout = time.Minute
	// rescueAfter is when a job whose worker died is given to another.
	rescueAfter = 2 * time.Minute
	// fetchCooldown is the least time between two looks at the queue. River's own, 100 ms, would hold a burst of letters up:
	// each look takes as many as there are free workers.
	fetchCooldown = 2 * time.Millisecond
	// cleanUpEvery is how often what nobody can use any more is removed.
	cleanUpEvery = time.Hour
	// eraseEvery is how often accounts are erased whose grace is over.
	eraseEvery = time.Hour
	// sealAuditEvery is how long an audit event lies unsealed at most.
	sealAuditEvery = time.Minute
)

// Config is what the workers need. Every field must be set.
type Config struct {
	Pool *pgxpool.Pool
	App  *app.App
	// SigningKeys are looked after.
	SigningKeys *app.SigningKeys
	Logger      *slog.Logger
	// Workers is how many letters are written at once.
	Workers int
}

// Runner works jobs off from Start to Stop.
type Runner struct{ client *river.Client[pgx.Tx] }

// Start begins to work jobs off in the background.
func Start(ctx context.Context, c Config) (*Runner, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &letterWorker{app: c.App})
	river.AddWorker(workers, &cleanUpWorker{app: c.App})
	river.AddWorker(workers, &eraseWorker{app: c.App, logger: c.Logger})
	river.AddWorker(workers, &sealAuditWorker{app: c.App, logger: c.Logger})
	river.AddWorker(workers, &signingKeysWorker{keys: c.SigningKeys})
	client, err := river.NewClient(riverpgxv5.New(c.Pool), &river.Config{
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: c.Workers}},
		Workers:              workers,
		Logger:               slog.New(quiet{c.Logger.Handler()}),
		ErrorHandler:         failures{c.Logger},
		FetchCooldown:        fetchCooldown,
		JobTimeout:           jobTimeout,
		RescueStuckJobsAfter: rescueAfter,
		RetryPolicy:          retryPolicy{now: time.Now},
		PeriodicJobs: []*river.PeriodicJob{
			every(cleanUpEvery, cleanUpArgs{}, nil),
			every(sealAuditEvery, sealAuditArgs{}, nil),
			every(eraseEvery, eraseArgs{}, atStartToo),
			every(signingKeysEvery, signingKeysArgs{}, atStartToo),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("set up the job workers: %w", err)
	}
	// The workers live until Stop, however long the caller's context does.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return nil, fmt.Errorf("start the job workers: %w", err)
	}
	return &Runner{client: client}, nil
}

// every asks for a job at intervals, on one replica.
func every(interval time.Duration, args river.JobArgs, opts *river.PeriodicJobOpts) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(interval), func() (river.JobArgs, *river.InsertOpts) { return args, nil }, opts)
}

// atStartToo: a service that is started anew more often than the interval must do it all the same.
var atStartToo = &river.PeriodicJobOpts{RunOnStart: true}

// Stop takes no new jobs and waits for those under way until ctx ends; then it cancels them, and they are tried again later.
// A runner that did not start has nothing to stop.
func (r *Runner) Stop(ctx context.Context) error {
	if r == nil {
		return nil
	}
	if err := r.client.Stop(ctx); err == nil {
		return nil
	}
	hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := r.client.StopAndCancel(hard); err != nil {
		return fmt.Errorf("stop the job workers: %w", err)
	}
	return nil
}
