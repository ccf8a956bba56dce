package app

import (
	"context"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

const (
	// restoredBatch bounds how many rows one statement changes.
	restoredBatch = 1000
	// allHistories is later than any history of messages expires, counted from now.
	allHistories = 365 * 24 * time.Hour
)

// RestoredCounts is how much RevokeRestored revoked or removed.
type RestoredCounts struct {
	Sessions, SigningKeys, Links, Devices, Messages int
}

// RevokeRestored revokes every session, replaces every signing key, and removes known devices, links, messages that are due, the
// histories that space messages, and idempotent calls. Links that cancel a termination stay: without them, a user whose cancellation
// was lost could not cancel again. It records that a backup was restored. It can be run again after any interruption; counts are
// those of this run.
func (r *Restoration) RevokeRestored(ctx context.Context) (n RestoredCounts, err error) {
	// The signing keys first: with another deployment's keyset they cannot be read, and nothing has changed yet.
	if n.SigningKeys, err = r.SigningKeys.DropAll(ctx); err != nil {
		return n, fmt.Errorf("drop the signing keys of a backup: %w", err)
	}
	if n.Sessions, err = r.revokeSessions(ctx); err != nil {
		return n, fmt.Errorf("revoke the sessions of a backup: %w", err)
	}
	repos, now := r.Store.Repos(), r.Now()
	var waiting int
	for _, p := range []struct {
		what   string
		count  *int
		remove func() (int, error)
	}{
		{"links", &n.Links, func() (int, error) { return r.Data.RemoveLinks(ctx, restoredBatch) }},
		{"known devices", &n.Devices, func() (int, error) { return r.Data.RemoveDevices(ctx, restoredBatch) }},
		{"messages", &n.Messages, func() (int, error) { return r.Data.RemoveMessages(ctx, restoredBatch) }},
		{"waiting messages", &waiting, func() (int, error) { return repos.UnverifiedQueue.PurgeWaiting(ctx, now, restoredBatch) }},
		// A history reports links that are gone and messages that are removed: it would drop further messages.
		{"histories of messages", new(int), func() (int, error) {
			return repos.MessageSpacing.PurgeExpired(ctx, now.Add(allHistories), restoredBatch)
		}},
		{"idempotent calls", new(int), func() (int, error) { return repos.IdempotentCalls.PurgeExpired(ctx, now, restoredBatch) }},
	} {
		if *p.count, err = removeAll(p.remove); err != nil {
			return n, fmt.Errorf("remove the %s of a backup: %w", p.what, err)
		}
	}
	n.Messages += waiting
	if err := repos.Audit.Record(ctx, r.AuditEvents.new(domain.AuditBackupRestored, domain.AuditEvent{})); err != nil {
		return n, fmt.Errorf("record that a backup was restored: %w", err)
	}
	return n, nil
}

// removeAll removes batches until one is not full.
func removeAll(remove func() (int, error)) (total int, err error) {
	for n := restoredBatch; n == restoredBatch; total += n {
		if n, err = remove(); err != nil {
			return total, err
		}
	}
	return total, nil
}

func (r *Restoration) revokeSessions(ctx context.Context) (total int, err error) {
	for after := (domain.SessionID{}); ; {
		last, revoked, err := r.Data.RevokeSessions(ctx, after, restoredBatch, r.Now())
		total += revoked
		if err != nil || last == after {
			return total, err
		}
		after = last
	}
}
