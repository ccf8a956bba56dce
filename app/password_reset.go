package app

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// RequestPasswordReset has a reset link mailed if the address has an account that can sign in. It does the same whether or
// not there is one. Errors: domain.ErrTooManyAttempts; domain.Errors for a faulty address.
func (a *App) RequestPasswordReset(ctx context.Context, email string, from netip.Prefix) error {
	index, err := a.parseIndex(email)
	if err != nil {
		return err
	}
	network, err := a.networkPseudonym(from)
	if err != nil {
		return err
	}
	if err := a.takeRequest(ctx, network); err != nil {
		return err
	}
	letter := ports.Letter{Template: domain.MailPasswordReset, Address: ports.AddressOf(index), At: a.Now()}
	return a.Store.Repos().Outbox.Enqueue(ctx, letter)
}

// ResetPassword sets a new password by a mailed link, ends every session, makes all other reset links worthless, forgets
// wrong passwords and has a notice mailed. Errors: domain.ErrInvalidToken; domain.Errors, which leave the link alive.
func (a *App) ResetPassword(ctx context.Context, token, replacement string, from netip.Prefix) error {
	var fields domain.Fields
	link, err := domain.ParseLinkToken(domain.ResetPassword, token)
	fields.Check("token", err)
	_, err = domain.ParsePassword(replacement)
	fields.Check("new_password", err)
	if err := fields.Err(); err != nil {
		return err
	}
	u, err := a.Store.Repos().Links.User(ctx, domain.ResetPassword, link.Hash(), a.Now())
	if err != nil {
		return lost(err, domain.ErrInvalidToken)
	}
	chosen, err := a.Passwords.Choose(replacement, u.Email, u.FullName)
	fields.Check("new_password", err)
	if err := fields.Err(); err != nil {
		return err
	}
	if err := a.refuseBreached(ctx, "new_password", chosen); err != nil {
		return err
	}
	hash, err := a.Hasher.Hash(ctx, chosen)
	if err != nil {
		return fmt.Errorf("hash a reset password: %w", err)
	}
	network, err := a.networkPseudonym(from)
	if err != nil {
		return err
	}
	address, err := a.emailIndex(u.Email)
	if err != nil {
		return err
	}
	now := a.Now()
	event := a.event(domain.AuditPasswordReset, domain.AuditEvent{UserID: u.ID, Address: address.Current(), Network: network})
	err = a.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		// The account's row first: resets by two links of one account then wait for one another instead of deadlocking.
		if err := r.Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, hash, now); err != nil {
			return fmt.Errorf("store a reset password: %w", err)
		}
		if _, err := r.Links.Use(ctx, domain.ResetPassword, link.Hash(), now); err != nil {
			return fmt.Errorf("use a reset link: %w", err)
		}
		if err := r.Throttle.Restore(ctx, address); err != nil {
			return fmt.Errorf("forget the wrong passwords: %w", err)
		}
		return retirePassword(ctx, r, event, domain.SessionID{})
	})
	return lost(err, domain.ErrInvalidToken)
}
