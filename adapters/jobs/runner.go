// Package jobs runs background jobs: it sends the messages that use cases request, removes what has expired, erases accounts,
// extends the audit chain and rotates the signing keys. The jobs are stored in PostgreSQL (River), so that a job exists if and
// only if its transaction committed, and any replica may run it.
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
	"go.opentelemetry.io/otel/trace"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/ports"
)

const (
	// Timeout bounds one attempt of a job. It is below stuckAfter, so that no job runs twice concurrently.
	Timeout = time.Minute
	// riversRescueAfter is how long after its start River gives a job to another worker. It is the last resort, above stuckAfter: River
	// logs nothing about it. River uses the clock of the machine, which may be five minutes ahead of the database's.
	riversRescueAfter = 10 * time.Minute
	// fetchCooldown is the minimum interval between two fetches from the queue. River's default, 100 ms, would slow down a
	// burst of messages: each fetch gets as many as there are free workers.
	fetchCooldown = 2 * time.Millisecond
)

// Config contains what the workers call, and their settings. Every field but Traces must be set.
type Config struct {
	Pool     *pgxpool.Pool
	Accounts *app.Accounts
	Mail     *app.Mail
	AuditLog *app.AuditLog
	// SigningKeys rotates the signing keys.
	SigningKeys *app.SigningKeys
	// ReadMessage reads the arguments of a message's job, which the outbox wrote.
	ReadMessage func(args []byte) (ports.MessageRequest, error)
	// Traces record attempts; nil is none.
	Traces trace.TracerProvider
	// ContinueTrace returns ctx in the trace that the arguments of a message's job name, if any.
	ContinueTrace func(ctx context.Context, args []byte) context.Context
	// Runners knows the runners of all replicas.
	Runners Runners
	Metrics ports.Metrics
	Logger  *slog.Logger
	// Workers is how many jobs run concurrently. Most jobs send a message.
	Workers int
	// Now is the clock of the times that are stored.
	Now func() time.Time
}

// Runner runs jobs from Start to Stop.
type Runner struct {
	client *river.Client[pgx.Tx]
	// endReleases ends the release of waiting messages and waits for the one in progress.
	endReleases func()
	heartbeat   *heartbeat
	endBeats    func()
}

// Start begins to run jobs in the background.
func Start(ctx context.Context, c Config) (*Runner, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(c.sendMessage))
	periodicJobs := c.periodicJobs(workers)
	client, err := river.NewClient(riverpgxv5.New(c.Pool), &river.Config{
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: c.Workers}},
		Workers:              workers,
		Logger:               slog.New(quiet{c.Logger.Handler()}),
		ErrorHandler:         attempts{c},
		Middleware:           c.middleware(),
		FetchCooldown:        fetchCooldown,
		JobTimeout:           Timeout,
		RescueStuckJobsAfter: riversRescueAfter,
		RetryPolicy:          retryPolicy{now: c.Now},
		PeriodicJobs:         periodicJobs,
	})
	if err != nil {
		return nil, fmt.Errorf("set up the job workers: %w", err)
	}
	beat := &heartbeat{Config: c, id: client.ID(), now: time.Now}
	endBeats, err := beat.start(ctx)
	if err != nil {
		return nil, fmt.Errorf("announce the job workers: %w", err)
	}
	// The workers run until Stop, even if the caller's context ends before.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		endBeats()
		return nil, fmt.Errorf("start the job workers: %w", err)
	}
	return &Runner{client: client, endReleases: c.startReleases(ctx), heartbeat: beat, endBeats: endBeats}, nil
}

// Stop starts no new jobs and waits for those in progress until ctx ends; then it cancels them, and they are retried later. Stop
// of a nil Runner does nothing.
func (r *Runner) Stop(ctx context.Context) error {
	if r == nil {
		return nil
	}
	r.endReleases()
	err := r.stopWorkers(ctx)
	r.endBeats()
	if err != nil {
		return fmt.Errorf("stop the job workers: %w", err) // the other runners rescue the jobs that still run
	}
	r.heartbeat.leave(ctx)
	return nil
}

func (r *Runner) stopWorkers(ctx context.Context) error {
	if err := r.client.Stop(ctx); err == nil {
		return nil
	}
	hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	return r.client.StopAndCancel(hard)
}
