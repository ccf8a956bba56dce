package app

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// hashNewPassword hashes a password that a user has chosen, unless it is known to be breached.
// Errors: domain.ErrPasswordBreached for the field; domain.ErrBusy.
func (a *Accounts) hashNewPassword(
	ctx context.Context, w domain.HashWaiter, field string, p domain.Password,
) (domain.PasswordHash, error) {
	if err := a.refuseBreached(ctx, field, p); err != nil {
		return "", err
	}
	hash, err := a.hasher.Hash(ctx, w, p)
	if err != nil {
		return "", fmt.Errorf("hash a new password: %w", err)
	}
	return hash, nil
}

// hashSignup hashes the password of a signup with the salt of its email address. Errors: those of hashNewPassword.
func (a *Accounts) hashSignup(ctx context.Context, w domain.HashWaiter, s domain.Signup) (domain.PasswordHash, error) {
	if err := a.refuseBreached(ctx, "password", s.Password); err != nil {
		return "", err
	}
	salt, err := a.pseudonyms.signupSalt(s.Email)
	if err != nil {
		return "", err
	}
	hash, err := a.hasher.HashWithSalt(ctx, w, s.Password, salt)
	if err != nil {
		return "", fmt.Errorf("hash the password of a signup: %w", err)
	}
	return hash, nil
}

// refuseBreached returns domain.ErrPasswordBreached for the field. If the other service does not respond, the password passes: a
// signup must not depend on it.
func (a *Accounts) refuseBreached(ctx context.Context, field string, p domain.Password) error {
	var fields domain.Fields
	if breached, err := a.breached.Contains(ctx, p); breached && err == nil {
		fields.Check(field, domain.ErrPasswordBreached)
	}
	return fields.Err()
}

// waiterOf is on whose behalf a password of a user is hashed who is logged in, or has the mailed link.
func (a *Accounts) waiterOf(u domain.User, from netip.Prefix) (domain.HashWaiter, error) {
	network, err := a.pseudonyms.network(domain.WideNetwork(from))
	if err != nil {
		return domain.HashWaiter{}, err
	}
	account, err := a.pseudonyms.account(u.Email)
	return domain.HashWaiter{IsKnown: true, Network: network, Account: account}, err
}

// completePasswordChange records e, revokes all sessions but keep, removes all known devices but device, removes the reset links
// and requests a notice.
func completePasswordChange(
	ctx context.Context, r ports.Repos, e domain.AuditEvent, keep domain.SessionID, device domain.DeviceID,
) error {
	user, now := e.UserID, e.At
	if err := r.Audit.Record(ctx, e); err != nil {
		return fmt.Errorf("record a new password: %w", err)
	}
	if err := r.Sessions.RevokeSessionsOf(ctx, user, keep, now); err != nil {
		return fmt.Errorf("revoke the sessions of the old password: %w", err)
	}
	if err := r.Sessions.RemoveDevicesOf(ctx, user, device); err != nil {
		return fmt.Errorf("remove the known devices of the old password: %w", err)
	}
	if err := r.Links.RemoveAllOf(ctx, user, domain.ResetPassword); err != nil {
		return fmt.Errorf("remove reset links: %w", err)
	}
	return r.Outbox.Enqueue(ctx, ports.MessageRequest{Template: domain.MessagePasswordChanged, UserID: user, At: now})
}
