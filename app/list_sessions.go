package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// ListSessions returns the live sessions of the caller, the newest first, at most domain.MaxSessions.
// Errors: domain.ErrInvalidAccessToken.
func (a *Authentication) ListSessions(ctx context.Context, c domain.Caller) ([]domain.Session, error) {
	found, err := a.store.Repos().Sessions.ListSessions(ctx, c, domain.MaxSessions, a.now())
	if err != nil {
		return nil, mapNotFound(err, domain.ErrInvalidAccessToken)
	}
	return found, nil
}
