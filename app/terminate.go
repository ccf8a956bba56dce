package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// TerminateAccount ends the account of a signed-in user who knows the password: it cannot sign in any more, all its sessions
// end, its reset links die, and a letter is mailed with the link that reverses this until the account is erased.
// Errors: domain.ErrInvalidAccessToken; domain.ErrWrongPassword; domain.ErrTooManyAttempts; domain.ErrPasswordDisabled;
// domain.Errors.
func (a *App) TerminateAccount(ctx context.Context, c domain.Caller, password string) error {
	u, err := a.Profile(ctx, c)
	if err != nil {
		return err
	}
	var fields domain.Fields
	attempt, err := domain.ParsePassword(password)
	fields.Check("password", err)
	if err := fields.Err(); err != nil {
		return err
	}
	if err := a.provePassword(ctx, c, attempt, u); err != nil {
		return err
	}
	now := a.Now()
	event, err := a.callersEvent(domain.AuditTerminated, c)
	if err != nil {
		return err
	}
	err = a.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		if err := r.Accounts.Terminate(ctx, u.ID, now); err != nil {
			return fmt.Errorf("terminate an account: %w", err)
		}
		if err := r.Audit.Record(ctx, event); err != nil {
			return fmt.Errorf("record a termination: %w", err)
		}
		if err := r.Sessions.EndAllOf(ctx, u.ID, domain.SessionID{}, now); err != nil {
			return fmt.Errorf("end the sessions of a terminated account: %w", err)
		}
		if err := r.Links.RemoveAllOf(ctx, u.ID, domain.ResetPassword); err != nil {
			return fmt.Errorf("remove reset links: %w", err)
		}
		return r.Outbox.Enqueue(ctx, ports.Letter{Template: domain.MailTerminated, UserID: u.ID, At: now})
	})
	return lost(err, domain.ErrInvalidAccessToken)
}
