package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Extend chains the audit events that were recorded since the last call and signs the end of the chain, so that a verification
// detects later changes to them and their removal. First it checks the end of the chain. What does not fit is never signed: then
// Extend opens a new segment, whose first checkpoint names the break. Extend returns the new checkpoints. It returns none if there
// was no new event, or while another caller extends the chain. If the anchors cannot be stored, it extends the chain nevertheless and
// returns the error with the checkpoints.
func (a *AuditLog) Extend(ctx context.Context) (added []domain.AuditCheckpoint, err error) {
	for more := true; more; {
		batch, extendErr := a.extendOnce(ctx)
		if extendErr != nil {
			return added, errors.Join(err, fmt.Errorf("extend the audit chain: %w", extendErr))
		}
		added, more = append(added, batch.added...), batch.more
		a.remember(batch.newest)
		a.countBreaks(batch.added)
		if appendErr := a.anchors.Append(batch.added...); appendErr != nil {
			err = fmt.Errorf("store the anchors of the audit chain: %w", appendErr)
		}
	}
	return added, err
}

// maxChainDelay is how long an event may wait for its chain entry: ten times as long as it does while all is well.
const maxChainDelay = 10 * time.Minute

// ChainDelay returns how long the oldest event without a chain entry has waited if that is too long, else 0. It counts that. Events
// wait while Extend fails, and while another transaction holds the lock of the chain.
func (a *AuditLog) ChainDelay(ctx context.Context) (time.Duration, error) {
	oldest, err := a.store.Repos().Audit.FindOldestUnchained(ctx)
	if err != nil {
		return 0, fmt.Errorf("find the oldest event that waits for the audit chain: %w", err)
	}
	delay := a.now().Sub(oldest)
	if oldest.IsZero() || delay <= maxChainDelay {
		return 0, nil
	}
	a.metrics.AuditLate()
	return delay, nil
}

func (a *AuditLog) countBreaks(added []domain.AuditCheckpoint) {
	for _, c := range added {
		if c.OpensSegment() {
			a.metrics.AuditBroken()
		}
	}
}

// reportChanges reports the events that must be known even if the database is lost. An event may be reported twice.
func (a *AuditLog) reportChanges(events []domain.AuditEvent) {
	for _, e := range events {
		if e.IsRepeatedAfterRestore() {
			a.changed(e)
		}
	}
}

// chainExtension is what one transaction did to the chain.
type chainExtension struct {
	newest domain.AuditCheckpoint // of the database; zero if the transaction did not get the lock
	added  []domain.AuditCheckpoint
	more   bool // there may be further events
}

func (a *AuditLog) extendOnce(ctx context.Context) (done chainExtension, err error) {
	known, err := a.knownCheckpoint()
	if err != nil {
		return chainExtension{}, fmt.Errorf("read the anchors: %w", err)
	}
	err = a.store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		done = chainExtension{} // the transaction may run again
		locked, err := r.Audit.LockChain(ctx)
		if err != nil || !locked {
			return err
		}
		newest, opening, err := a.findEnd(ctx, r.Audit, known)
		if err != nil {
			return err
		}
		events, more, err := r.Audit.FindUnchained(ctx, chainBatch)
		if err != nil {
			return err
		}
		a.reportChanges(events) // before the commit, after which a process that dies would not report them
		entries, signing := a.chain(newest, events)
		for _, c := range []domain.AuditCheckpoint{opening, signing} {
			if !c.IsZero() {
				newest, done.added = c, append(done.added, c)
			}
		}
		done.newest, done.more = newest, more
		if len(done.added) == 0 {
			return nil
		}
		return r.Audit.AppendChain(ctx, opening, entries, signing)
	})
	return done, err
}

// findEnd returns the checkpoint that the next one follows. If the end of the chain does not fit, that is opening, which names the
// break and is not stored yet.
func (a *AuditLog) findEnd(
	ctx context.Context, log ports.Audit, known domain.AuditCheckpoint,
) (newest, opening domain.AuditCheckpoint, err error) {
	c := auditEndCheck{log: log, verifier: a.signer, known: known}
	why, err := c.check(ctx)
	if err != nil || why == "" {
		return c.newest, domain.AuditCheckpoint{}, err
	}
	lastGood, err := c.lastGood(ctx, why)
	if err != nil {
		return domain.AuditCheckpoint{}, domain.AuditCheckpoint{}, err
	}
	opening = a.signer.Sign(domain.OpenAuditSegment(lastGood, why, c.newest.Number+1, c.lastPosition(), a.now()))
	return opening, opening, nil
}

// chain returns the entries of events after a checkpoint, and the checkpoint that signs them; zero if there are no events.
func (a *AuditLog) chain(
	after domain.AuditCheckpoint, events []domain.AuditEvent,
) (entries []domain.AuditChainEntry, signing domain.AuditCheckpoint) {
	end := after.End()
	for _, e := range events {
		end = end.Next(e)
		entries = append(entries, end)
	}
	if len(entries) > 0 {
		signing = a.signer.Sign(after.Next(end, a.now()))
	}
	return entries, signing
}
