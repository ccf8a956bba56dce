package app

import (
	"context"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// SigningKeys rotates the keys that sign access tokens.
type SigningKeys struct {
	keys   ports.SigningKeys
	policy domain.SigningKeyPolicy
	newKey NewSigningKey
	now    func() time.Time
	newID  func() domain.ID
}

// NewSigningKey makes a key that becomes active at activeAt.
type NewSigningKey func(now, activeAt time.Time) (domain.SigningKey, error)

// NewSigningKeys returns the module that rotates keys by the policy.
func NewSigningKeys(keys ports.SigningKeys, policy domain.SigningKeyPolicy, newKey NewSigningKey, r Runtime) *SigningKeys {
	return &SigningKeys{keys: keys, policy: policy, newKey: newKey, now: r.Now, newID: r.NewID}
}

func (s *SigningKeys) publish(ctx context.Context, keys []domain.SigningKey, now time.Time) (domain.SigningKey, error) {
	newest, activeAt := "", now
	if len(keys) > 0 {
		newest, activeAt = keys[0].ID, now.Add(s.policy.Ahead)
	}
	k, err := s.newKey(now, activeAt)
	if err != nil {
		return domain.SigningKey{}, fmt.Errorf("make a signing key: %w", err)
	}
	if err := s.keys.Add(ctx, k, newest, s.event(domain.AuditSigningKeyAdded, k.ID)); err != nil {
		return domain.SigningKey{}, fmt.Errorf("store a signing key: %w", err)
	}
	return k, nil
}

func (s *SigningKeys) event(kind domain.AuditKind, key string) domain.AuditEvent {
	return domain.AuditEvent{ID: s.newID(), At: s.now(), Kind: kind, KeyID: key}
}

func (s *SigningKeys) list(ctx context.Context) ([]domain.SigningKey, error) {
	keys, err := s.keys.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the signing keys: %w", err)
	}
	return keys, nil
}
