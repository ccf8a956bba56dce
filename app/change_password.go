package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// ChangePassword replaces the password of a logged-in user who knows the current one, revokes the user's other sessions,
// removes the other known devices and the reset links and requests a notice.
// Errors: domain.ErrInvalidAccessToken; domain.ErrWrongPassword; domain.ErrTooManyAttempts;
// domain.Errors.
func (a *Accounts) ChangePassword(ctx context.Context, c domain.Caller, current, replacement string) error {
	u, err := a.ReadProfile(ctx, c)
	if err != nil {
		return err
	}
	var fields domain.Fields
	given, err := domain.ParsePassword(current)
	fields.Check("current_password", err)
	chosen, err := a.passwordPolicy.Choose(replacement, u.Email, u.FullName)
	fields.Check("new_password", err)
	if err := fields.Err(); err != nil {
		return err
	}
	device, err := a.reauthenticate(ctx, c, given, u)
	if err != nil {
		return err
	}
	waiter, err := a.waiterOf(u, c.Network)
	if err != nil {
		return err
	}
	hash, err := a.hashNewPassword(ctx, waiter, "new_password", chosen)
	if err != nil {
		return err
	}
	now := a.now()
	event, err := a.events.ofCaller(domain.AuditPasswordChanged, c)
	if err != nil {
		return err
	}
	err = a.store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		if err := r.Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, hash, now); err != nil {
			return fmt.Errorf("store a changed password: %w", err)
		}
		return completePasswordChange(ctx, r, event, c.SessionID, device)
	})
	return mapNotFound(err, domain.ErrWrongPassword)
}
