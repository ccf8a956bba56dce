package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
)

// LogOut revokes the caller's session, or all sessions of the caller. Once it returns nil the revocation is durable, and no
// token of a revoked session works here. Errors: domain.ErrInvalidAccessToken if the session expired or was revoked.
func (a *Authentication) LogOut(ctx context.Context, c domain.Caller, allSessions bool) error {
	revoke, kind := a.store.Repos().Sessions.RevokeSession, domain.AuditLoggedOut
	if allSessions {
		revoke, kind = a.store.Repos().Sessions.RevokeAllSessions, domain.AuditAllLoggedOut
	}
	event, err := a.events.ofCaller(kind, c)
	if err != nil {
		return err
	}
	return mapNotFound(revoke(ctx, c, event, a.now()), domain.ErrInvalidAccessToken)
}
