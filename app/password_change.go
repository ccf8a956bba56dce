package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// ChangePassword replaces the password of a signed-in user who knows the current one, ends the user's other sessions, makes
// reset links worthless and has a notice mailed.
// Errors: domain.ErrInvalidAccessToken; domain.ErrWrongPassword; domain.ErrTooManyAttempts; domain.ErrPasswordDisabled;
// domain.Errors.
func (a *App) ChangePassword(ctx context.Context, c domain.Caller, current, replacement string) error {
	u, err := a.Profile(ctx, c)
	if err != nil {
		return err
	}
	var fields domain.Fields
	attempt, err := domain.ParsePassword(current)
	fields.Check("current_password", err)
	chosen, err := a.Passwords.Choose(replacement, u.Email, u.FullName)
	fields.Check("new_password", err)
	if err := fields.Err(); err != nil {
		return err
	}
	if err := a.provePassword(ctx, c, attempt, u); err != nil {
		return err
	}
	if err := a.refuseBreached(ctx, "new_password", chosen); err != nil {
		return err
	}
	hash, err := a.Hasher.Hash(ctx, chosen)
	if err != nil {
		return fmt.Errorf("hash a changed password: %w", err)
	}
	now := a.Now()
	event, err := a.callersEvent(domain.AuditPasswordChanged, c)
	if err != nil {
		return err
	}
	err = a.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		if err := r.Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, hash, now); err != nil {
			return fmt.Errorf("store a changed password: %w", err)
		}
		return retirePassword(ctx, r, event, c.SessionID)
	})
	return lost(err, domain.ErrWrongPassword)
}

// retirePassword does what the end of a password, of which the event tells, brings with it: all sessions but keep end, reset
// links die, a notice goes out.
func retirePassword(ctx context.Context, r ports.Repos, e domain.AuditEvent, keep domain.SessionID) error {
	user, now := e.UserID, e.At
	if err := r.Audit.Record(ctx, e); err != nil {
		return fmt.Errorf("record a new password: %w", err)
	}
	if err := r.Sessions.EndAllOf(ctx, user, keep, now); err != nil {
		return fmt.Errorf("end the sessions of the old password: %w", err)
	}
	if err := r.Links.RemoveAllOf(ctx, user, domain.ResetPassword); err != nil {
		return fmt.Errorf("remove reset links: %w", err)
	}
	return r.Outbox.Enqueue(ctx, ports.Letter{Template: domain.MailPasswordChanged, UserID: user, At: now})
}
