package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// SigningKeyStatus is a signing key and its state now.
type SigningKeyStatus struct {
	Key   domain.SigningKey
	State domain.SigningKeyState
}

// Status lists the keys, the one that becomes active last first.
func (s *SigningKeys) Status(ctx context.Context) ([]SigningKeyStatus, error) {
	keys, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	now := s.now()
	status := make([]SigningKeyStatus, len(keys))
	for i, k := range keys {
		status[i] = SigningKeyStatus{Key: k, State: s.policy.State(keys, i, now)}
	}
	return status, nil
}
