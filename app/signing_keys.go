package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// SigningKeys rotates the keys that sign access tokens. Every field must be set.
type SigningKeys struct {
	Keys   ports.SigningKeys
	Policy domain.SigningKeyPolicy
	Now    func() time.Time
	NewID  func() domain.ID
	// New makes a key that signs from a time on.
	New func(now, signsAt time.Time) (domain.SigningKey, error)
}

// Keep does what is due by the policy: it makes the first key of all, publishes a successor in time, and removes keys that
// are gone. Any number of replicas may call it at once.
func (s *SigningKeys) Keep(ctx context.Context) error {
	keys, err := s.all(ctx)
	if err != nil {
		return err
	}
	now := s.Now()
	for i, k := range keys {
		if s.Policy.State(keys, i, now) != domain.KeyGone {
			continue
		}
		if err := s.Keys.Remove(ctx, k.ID, s.event(domain.AuditSigningKeyRemoved, k.ID)); err != nil {
			return fmt.Errorf("remove a signing key: %w", err)
		}
	}
	if !s.Policy.IsDue(keys, now) {
		return nil
	}
	_, err = s.publish(ctx, keys, now)
	if errors.Is(err, ports.ErrConflict) {
		return nil // another replica was faster
	}
	return err
}

// Rotate publishes a successor now, whether or not it is due, and returns it; if one is published already, it returns that.
// The first key of all signs at once. Errors: ports.ErrConflict if somebody else rotated at the same moment.
func (s *SigningKeys) Rotate(ctx context.Context) (domain.SigningKey, error) {
	keys, err := s.all(ctx)
	if err != nil {
		return domain.SigningKey{}, err
	}
	now := s.Now()
	if len(keys) > 0 && s.Policy.State(keys, 0, now) == domain.KeyPublished {
		return keys[0], nil
	}
	return s.publish(ctx, keys, now)
}

func (s *SigningKeys) publish(ctx context.Context, keys []domain.SigningKey, now time.Time) (domain.SigningKey, error) {
	newest, signsAt := "", now
	if len(keys) > 0 {
		newest, signsAt = keys[0].ID, now.Add(s.Policy.Ahead)
	}
	k, err := s.New(now, signsAt)
	if err != nil {
		return domain.SigningKey{}, fmt.Errorf("make a signing key: %w", err)
	}
	if err := s.Keys.Add(ctx, k, newest, s.event(domain.AuditSigningKeyAdded, k.ID)); err != nil {
		return domain.SigningKey{}, fmt.Errorf("store a signing key: %w", err)
	}
	return k, nil
}

// Drop removes a key that somebody else may know: no token that it signed is good any more as soon as the replicas have read
// the keys anew. If it was the key that signs, a fresh one does so at once. Errors: ports.ErrNotFound if there is no such key.
func (s *SigningKeys) Drop(ctx context.Context, id string) error {
	keys, err := s.all(ctx)
	if err != nil {
		return err
	}
	now := s.Now()
	signing := s.Policy.Signing(keys, now)
	for i, k := range keys {
		if k.ID != id {
			continue
		}
		if i != signing {
			return s.Keys.Remove(ctx, id, s.event(domain.AuditSigningKeyDropped, id))
		}
		fresh, err := s.New(now, now)
		if err != nil {
			return fmt.Errorf("make a signing key: %w", err)
		}
		return s.Keys.Replace(ctx, id, fresh, s.event(domain.AuditSigningKeyDropped, id), s.event(domain.AuditSigningKeyAdded, fresh.ID))
	}
	return fmt.Errorf("the signing key %q: %w", id, ports.ErrNotFound)
}

func (s *SigningKeys) event(kind domain.AuditKind, key string) domain.AuditEvent {
	return domain.AuditEvent{ID: s.NewID(), At: s.Now(), Kind: kind, KeyID: key}
}

// SigningKeyStatus is a signing key and what it is good for now.
type SigningKeyStatus struct {
	Key   domain.SigningKey
	State domain.SigningKeyState
}

// Status lists the keys; of two, the one that signs later comes first.
func (s *SigningKeys) Status(ctx context.Context) ([]SigningKeyStatus, error) {
	keys, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	status := make([]SigningKeyStatus, len(keys))
	for i, k := range keys {
		status[i] = SigningKeyStatus{Key: k, State: s.Policy.State(keys, i, now)}
	}
	return status, nil
}

func (s *SigningKeys) all(ctx context.Context) ([]domain.SigningKey, error) {
	keys, err := s.Keys.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the signing keys: %w", err)
	}
	return keys, nil
}
