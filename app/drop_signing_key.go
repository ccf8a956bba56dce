package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Drop removes a key that may be compromised: its tokens are refused as soon as the replicas have reloaded the keys. If it was
// the active key, a new one becomes active immediately. Errors: ports.ErrNotFound if there is no such key.
func (s *SigningKeys) Drop(ctx context.Context, id string) error {
	keys, err := s.list(ctx)
	if err != nil {
		return err
	}
	now := s.now()
	active := s.policy.Active(keys, now)
	for i, k := range keys {
		if k.ID != id {
			continue
		}
		if i != active {
			return s.keys.Remove(ctx, id, s.event(domain.AuditSigningKeyDropped, id))
		}
		next, err := s.newKey(now, now)
		if err != nil {
			return fmt.Errorf("make a signing key: %w", err)
		}
		dropped, added := s.event(domain.AuditSigningKeyDropped, id), s.event(domain.AuditSigningKeyAdded, next.ID)
		return s.keys.Replace(ctx, id, next, dropped, added)
	}
	return fmt.Errorf("the signing key %q: %w", id, ports.ErrNotFound)
}

// DropAll drops every key that there is now, and returns how many. A new key becomes active immediately. Interrupted, it leaves a key
// that is active.
func (s *SigningKeys) DropAll(ctx context.Context) (dropped int, err error) {
	keys, err := s.list(ctx)
	if err != nil {
		return 0, err
	}
	for _, k := range keys {
		if err := s.Drop(ctx, k.ID); err != nil {
			return dropped, err
		}
		dropped++
	}
	return dropped, nil
}
