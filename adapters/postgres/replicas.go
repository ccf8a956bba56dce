package postgres

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
)

// Replica is a running service, and the names of the keys that its keyset has.
type Replica struct {
	ID domain.ID
	// Reads are the keys with which it can read, Writes those with which it writes.
	Reads, Writes []string
}

// Announce tells which keys a replica has, for as long as the lease lasts, and forgets replicas whose lease has ended. The
// steps of a rotation rely on it.
func (s *Store) Announce(ctx context.Context, r Replica, now time.Time, lease time.Duration) error {
	return s.inTx(ctx, func(w work) error {
		err := w.q.RenewReplica(ctx, sqlc.RenewReplicaParams{ID: r.ID, Reads: r.Reads, Writes: r.Writes, LeaseUntil: now.Add(lease)})
		if err != nil {
			return translate(err)
		}
		return translate(w.q.RetireReplicas(ctx, sqlc.RetireReplicasParams{Now: now}))
	})
}

// Leave tells that a replica writes no more, and keeps with which keys it wrote until now.
func (s *Store) Leave(ctx context.Context, id domain.ID, now time.Time) error {
	return translate(sqlc.New(s.pool).RetireReplicas(ctx, sqlc.RetireReplicasParams{ID: id, Now: now}))
}

// Replicas are those that are running.
func (s *Store) Replicas(ctx context.Context, now time.Time) ([]Replica, error) {
	rows, err := sqlc.New(s.pool).LiveReplicas(ctx, now)
	if err != nil {
		return nil, translate(err)
	}
	live := make([]Replica, len(rows))
	for i, row := range rows {
		live[i] = Replica{ID: row.ID, Reads: row.Reads, Writes: row.Writes}
	}
	return live, nil
}
