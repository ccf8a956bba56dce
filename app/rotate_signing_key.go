package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// Rotate publishes a successor now, whether or not it is due, and returns it. If a successor is already published, it returns
// that. The very first key is active immediately. Errors: ports.ErrConflict if another rotation came first.
func (s *SigningKeys) Rotate(ctx context.Context) (domain.SigningKey, error) {
	keys, err := s.list(ctx)
	if err != nil {
		return domain.SigningKey{}, err
	}
	now := s.now()
	if len(keys) > 0 && s.policy.State(keys, 0, now) == domain.KeyPublished {
		return keys[0], nil
	}
	return s.publish(ctx, keys, now)
}
