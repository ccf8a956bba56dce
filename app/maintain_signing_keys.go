package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Maintain does what is due by the policy: it makes the very first key, publishes a successor in time, and removes keys whose
// tokens have all expired. Several replicas may call it concurrently.
func (s *SigningKeys) Maintain(ctx context.Context) error {
	keys, err := s.list(ctx)
	if err != nil {
		return err
	}
	now := s.now()
	for i, k := range keys {
		if s.policy.State(keys, i, now) != domain.KeyRemoved {
			continue
		}
		if err := s.keys.Remove(ctx, k.ID, s.event(domain.AuditSigningKeyRemoved, k.ID)); err != nil {
			return fmt.Errorf("remove a signing key: %w", err)
		}
	}
	if !s.policy.IsDue(keys, now) {
		return nil
	}
	_, err = s.publish(ctx, keys, now)
	if errors.Is(err, ports.ErrConflict) {
		return nil // another replica was faster
	}
	return err
}
