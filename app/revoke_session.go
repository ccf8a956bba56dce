package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
)

// RevokeSession revokes one session of the caller, which may be the caller's own. Errors: domain.ErrInvalidAccessToken;
// domain.ErrNoSuchSession if the session is not live or is another user's. It does not reveal which.
func (a *Authentication) RevokeSession(ctx context.Context, c domain.Caller, id domain.SessionID) error {
	live, err := a.store.Repos().Sessions.IsLive(ctx, c, a.now())
	if err != nil {
		return fmt.Errorf("check the caller's session: %w", err)
	}
	if !live {
		return domain.ErrInvalidAccessToken
	}
	event, err := a.events.ofCaller(domain.AuditLoggedOut, c)
	if err != nil {
		return err
	}
	session := domain.Caller{UserID: c.UserID, SessionID: id}
	return mapNotFound(a.store.Repos().Sessions.RevokeSession(ctx, session, event, a.now()), domain.ErrNoSuchSession)
}
