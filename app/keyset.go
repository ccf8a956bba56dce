package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Keyset rotates the keys that stored data is encrypted, indexed and peppered with. A rotation has four steps: add keys
// (ports.Keyset.Add), Promote, Reencrypt and Remove. After adding and after promoting, the operator restarts every replica
// with the new keyset. A step that comes too early returns an error and changes nothing; it can be tried again.
type Keyset struct {
	keys             ports.Keyset
	data             ports.KeysetData
	replicas         ports.KeysetReplicas
	audit            ports.Audit
	extendAuditChain func(ctx context.Context) error
	wait             func(ctx context.Context, d time.Duration) error
	now              func() time.Time
	newID            func() domain.ID
}

// KeysetConfig is what Keyset calls. Every field must be set.
type KeysetConfig struct {
	// Keys is the keyset as it is before the step.
	Keys     ports.Keyset
	Data     ports.KeysetData
	Replicas ports.KeysetReplicas
	Audit    ports.Audit
	// ExtendAuditChain signs a checkpoint of the audit log with the primary MAC key of Keys.
	ExtendAuditChain func(ctx context.Context) error
	// Wait returns after d, or earlier with the context's error.
	Wait  func(ctx context.Context, d time.Duration) error
	Now   func() time.Time
	NewID func() domain.ID
}

// NewKeyset builds the module.
func NewKeyset(c KeysetConfig) *Keyset {
	return &Keyset{
		keys: c.Keys, data: c.Data, replicas: c.Replicas, audit: c.Audit, extendAuditChain: c.ExtendAuditChain,
		wait: c.Wait, now: c.Now, newID: c.NewID,
	}
}

var (
	// ErrReplicasLackKeys: a running replica could not read what is written with the added keys.
	ErrReplicasLackKeys = errors.New("running replicas do not have the added keys")
	// ErrOldWriters: a re-encryption would never end while replicas write with old keys.
	ErrOldWriters = errors.New("running replicas still write with keys that are not primary in this keyset: restart them with it first")
	// ErrKeyInUse: something depends on the key and could not be read without it.
	ErrKeyInUse = errors.New("is still in use")
)

func (k *Keyset) running(ctx context.Context) ([]domain.KeysetReplica, error) {
	replicas, err := k.replicas.ListRunning(ctx, k.now())
	if err != nil {
		return nil, fmt.Errorf("list the running replicas: %w", err)
	}
	return replicas, nil
}
