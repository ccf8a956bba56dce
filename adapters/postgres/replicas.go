package postgres

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// keysetReplicas is the ports.KeysetReplicas of a Store.
type keysetReplicas struct{ store *Store }

// KeysetReplicas returns the running replicas that share the database.
func (s *Store) KeysetReplicas() ports.KeysetReplicas { return keysetReplicas{s} }

// Announce also removes the replicas whose leases have ended, and records until when they may have written with their keys.
func (k keysetReplicas) Announce(ctx context.Context, r domain.KeysetReplica, now time.Time, lease time.Duration) error {
	return k.store.inTx(ctx, func(w unitOfWork) error {
		err := w.q.AnnounceReplica(ctx, sqlc.AnnounceReplicaParams{ID: r.ID, Reads: r.Reads, Writes: r.Writes, LeaseUntil: now.Add(lease)})
		if err != nil {
			return mapError(err)
		}
		return mapError(w.q.RemoveReplicas(ctx, sqlc.RemoveReplicasParams{Now: now}))
	})
}

// Leave also records that the replica may have written with its keys until now.
func (k keysetReplicas) Leave(ctx context.Context, id domain.ID, now time.Time) error {
	return mapError(k.store.queries().RemoveReplicas(ctx, sqlc.RemoveReplicasParams{ID: id, Now: now}))
}

func (k keysetReplicas) ListRunning(ctx context.Context, now time.Time) ([]domain.KeysetReplica, error) {
	rows, err := k.store.queries().ListRunningReplicas(ctx, now)
	if err != nil {
		return nil, mapError(err)
	}
	running := make([]domain.KeysetReplica, len(rows))
	for i, row := range rows {
		running[i] = domain.KeysetReplica{ID: row.ID, Reads: row.Reads, Writes: row.Writes}
	}
	return running, nil
}
