package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// RequestEmailVerification has the verification links of an address's pending signups mailed again. It does the same
// whether or not there are any. Errors: domain.Errors for a faulty address.
func (a *App) RequestEmailVerification(ctx context.Context, email string) error {
	index, err := a.parseIndex(email)
	if err != nil {
		return err
	}
	letter := ports.Letter{Template: domain.MailVerification, Address: ports.AddressOf(index), At: a.Now()}
	return a.Store.Repos().Outbox.Enqueue(ctx, letter)
}

// VerifyEmail makes a pending signup the account of its address and signs its owner in. The link proves that the caller
// receives the address's mail, the password that it was the caller who signed up: only both together make an account, so
// that nobody's signup with a foreign address ever comes to life.
// Errors: domain.ErrInvalidToken; domain.ErrWrongPassword, which leaves the link alive; domain.Errors.
func (a *App) VerifyEmail(ctx context.Context, token, password string) (TokenPair, error) {
	var fields domain.Fields
	link, err := domain.ParseLinkToken(domain.VerifyEmail, token)
	fields.Check("token", err)
	attempt, err := domain.ParsePassword(password)
	fields.Check("password", err)
	if err := fields.Err(); err != nil {
		return TokenPair{}, err
	}
	u, err := a.Store.Repos().Links.User(ctx, domain.VerifyEmail, link.Hash(), a.Now())
	if err != nil {
		return TokenPair{}, lost(err, domain.ErrInvalidToken)
	}
	if err := a.provePassword(ctx, attempt, u); err != nil {
		return TokenPair{}, err
	}
	return a.activate(ctx, u, link)
}

// activate locks the address's signups before it touches their links: verifications of one address then wait for one
// another instead of deadlocking.
func (a *App) activate(ctx context.Context, u domain.User, link domain.LinkToken) (TokenPair, error) {
	now := a.Now()
	opened, err := a.newSession(u.ID, now)
	if err != nil {
		return TokenPair{}, err
	}
	address, err := a.emailIndex(u.Email)
	if err != nil {
		return TokenPair{}, err
	}
	err = a.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		if err := r.Accounts.Activate(ctx, u.ID, address, now); err != nil {
			return fmt.Errorf("activate a signup: %w", err)
		}
		if _, err := r.Links.Use(ctx, domain.VerifyEmail, link.Hash(), now); err != nil {
			return fmt.Errorf("use a verification link: %w", err)
		}
		if err := r.Links.RemoveAllOf(ctx, u.ID, domain.VerifyEmail); err != nil {
			return fmt.Errorf("remove the other verification links: %w", err)
		}
		return r.Sessions.Open(ctx, opened.session, u.PasswordHash)
	})
	if err != nil {
		return TokenPair{}, lost(err, domain.ErrInvalidToken)
	}
	return a.tokenPair(opened, now)
}
