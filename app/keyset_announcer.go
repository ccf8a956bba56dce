package app

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// KeysetLease is how long a replica counts as running after it announced its keys. It is much longer than the interval
// between two announcements.
const KeysetLease = time.Minute

// KeysetAnnouncer announces which keys a running replica has, so that no step of a rotation makes values that the replica
// cannot read.
type KeysetAnnouncer struct {
	keys      ports.Keyset
	replicas  ports.KeysetReplicas
	replicaID domain.ID
	now       func() time.Time
}

// NewKeysetAnnouncer returns the announcer of this run of the service.
func NewKeysetAnnouncer(keys ports.Keyset, replicas ports.KeysetReplicas, r Runtime) *KeysetAnnouncer {
	return &KeysetAnnouncer{keys: keys, replicas: replicas, replicaID: r.NewID(), now: r.Now}
}

// Announce makes the replica count as running for KeysetLease. Call it before the replica writes, and again well before the
// lease ends.
func (a *KeysetAnnouncer) Announce(ctx context.Context) error {
	keys := a.keys.Keys()
	return a.replicas.Announce(ctx, domain.KeysetReplica{
		ID:     a.replicaID,
		Reads:  keys.Names(domain.KeysetKeyPrimary, domain.KeysetKeyNext, domain.KeysetKeyOld),
		Writes: keys.Names(domain.KeysetKeyPrimary),
	}, a.now(), KeysetLease)
}

// Leave ends the lease. Call it when the replica writes no more.
func (a *KeysetAnnouncer) Leave(ctx context.Context) error {
	return a.replicas.Leave(ctx, a.replicaID, a.now())
}
