package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// TerminateAccount terminates the account of a logged-in user who knows the password: the user can no longer log in, all
// sessions are revoked, reset links are removed, and a message with a cancellation link is requested.
// Errors: domain.ErrInvalidAccessToken; domain.ErrWrongPassword; domain.ErrTooManyAttempts;
// domain.Errors; those of Idempotency.once.
func (a *Accounts) TerminateAccount(ctx context.Context, c domain.Caller, password string, idempotencyKey *string) error {
	concerns := c.UserID.String() + c.SessionID.String()
	call, err := a.idempotency.newCall(idempotencyKey, terminateOperation, concerns, c.Network, password)
	if err != nil {
		return err
	}
	u, err := a.ReadProfile(ctx, c)
	if errors.Is(err, domain.ErrInvalidAccessToken) {
		// An earlier call with the key may have revoked this session.
		_, err = a.idempotency.findCompleted(ctx, call, err)
		return err
	}
	if err != nil {
		return err
	}
	var fields domain.Fields
	given, err := domain.ParsePassword(password)
	fields.Check("password", err)
	if err := fields.Err(); err != nil {
		return err
	}
	_, err = a.idempotency.once(ctx, call, func() error {
		if _, err := a.reauthenticate(ctx, c, given, u); err != nil {
			return err
		}
		return a.terminate(ctx, c, call)
	})
	return err
}

func (a *Accounts) terminate(ctx context.Context, c domain.Caller, call domain.IdempotentCall) error {
	now := a.now()
	event, err := a.events.ofCaller(domain.AuditTerminated, c)
	if err != nil {
		return err
	}
	err = a.store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		if err := r.Accounts.TerminateAccount(ctx, c.UserID, now); err != nil {
			return fmt.Errorf("terminate an account: %w", err)
		}
		if err := r.Audit.Record(ctx, event); err != nil {
			return fmt.Errorf("record a termination: %w", err)
		}
		if err := r.Sessions.RevokeSessionsOf(ctx, c.UserID, domain.SessionID{}, now); err != nil {
			return fmt.Errorf("revoke the sessions of a terminated account: %w", err)
		}
		if err := r.Sessions.RemoveDevicesOf(ctx, c.UserID, domain.DeviceID{}); err != nil {
			return fmt.Errorf("remove the known devices of a terminated account: %w", err)
		}
		if err := r.Links.RemoveAllOf(ctx, c.UserID, domain.ResetPassword); err != nil {
			return fmt.Errorf("remove reset links: %w", err)
		}
		if err := r.Outbox.Enqueue(ctx, ports.MessageRequest{Template: domain.MessageTerminated, UserID: c.UserID, At: now}); err != nil {
			return fmt.Errorf("request the notice of a termination: %w", err)
		}
		return a.idempotency.complete(ctx, r, call, domain.KnownDevice{})
	})
	return mapNotFound(err, domain.ErrInvalidAccessToken)
}
