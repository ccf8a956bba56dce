package jobs

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"github.com/siriusys/user-management-service/domain"
)

const (
	// cleanUpEvery is the interval at which expired data is removed. It is short for the sake of revoked sessions.
	cleanUpEvery = 10 * time.Minute
	// eraseEvery is the interval at which accounts are erased whose grace period is over.
	eraseEvery = time.Hour
	// extendAuditChainEvery is the longest that an audit event waits for its chain entry.
	extendAuditChainEvery = time.Minute
	// rotateSigningKeysEvery is short compared to the time for which a key is published before it signs. If a successor is late,
	// its predecessor only signs longer.
	rotateSigningKeysEvery = 5 * time.Minute
)

// The arguments of the periodic jobs are empty. Kind is a job's name in the queue.
type (
	cleanUp           struct{}
	erase             struct{}
	extendAuditChain  struct{}
	rotateSigningKeys struct{}
)

func (cleanUp) Kind() string           { return "clean_up" }
func (erase) Kind() string             { return "erase" }
func (extendAuditChain) Kind() string  { return "extend_audit_chain" }
func (rotateSigningKeys) Kind() string { return "rotate_signing_keys" }

// atStart also runs a job when a replica starts. Otherwise a service that is restarted more often than the interval would
// never run it.
var atStart = &river.PeriodicJobOpts{RunOnStart: true}

// periodicJobs registers the periodic jobs with workers and returns when each is due.
func (c Config) periodicJobs(workers *river.Workers) []*river.PeriodicJob {
	return []*river.PeriodicJob{
		periodic(workers, cleanUp{}, cleanUpEvery, nil, c.Accounts.CleanUp),
		periodic(workers, extendAuditChain{}, extendAuditChainEvery, nil, c.extendAuditChain),
		periodic(workers, erase{}, eraseEvery, atStart, c.eraseTerminated),
		periodic(workers, rotateSigningKeys{}, rotateSigningKeysEvery, atStart, c.SigningKeys.Maintain),
	}
}

// periodic makes one replica run a job at intervals.
func periodic[A river.JobArgs](
	workers *river.Workers, args A, interval time.Duration, opts *river.PeriodicJobOpts, run func(ctx context.Context) error,
) *river.PeriodicJob {
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, _ *river.Job[A]) error { return run(ctx) }))
	return river.NewPeriodicJob(
		river.PeriodicInterval(interval), func() (river.JobArgs, *river.InsertOpts) { return args, nil }, opts)
}

// extendAuditChain first records the counts of the hours before. It logs the new checkpoints: what is kept elsewhere reveals a chain
// whose end was cut off. A break and a late chain are alarms.
func (c Config) extendAuditChain(ctx context.Context) error {
	countsErr := c.Accounts.RecordAuditCounts(ctx)
	added, err := c.AuditLog.Extend(ctx)
	delay, delayErr := c.AuditLog.ChainDelay(ctx)
	if delay > 0 {
		c.Logger.ErrorContext(ctx, "audit chain late", "waited_s", int(delay.Seconds()))
	}
	for _, checkpoint := range added {
		if checkpoint.OpensSegment() {
			c.Logger.ErrorContext(ctx, "audit chain broken", "break", string(checkpoint.Break), "last_good", checkpoint.Previous.Number,
				"checkpoint", checkpoint)
			continue
		}
		c.Logger.InfoContext(ctx, "audit chain extended", "position", checkpoint.Position, "chain", hex.EncodeToString(checkpoint.Chain[:]),
			"checkpoint", checkpoint)
	}
	return errors.Join(countsErr, err, delayErr)
}

// eraseTerminated logs the ids: after a backup is restored, the log shows which accounts to erase again.
func (c Config) eraseTerminated(ctx context.Context) error {
	return c.Accounts.EraseTerminated(ctx, func(erased []domain.UserID) {
		for _, id := range erased {
			c.Logger.InfoContext(ctx, "account erased", "user", id.String())
		}
	})
}
