package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// LogIn opens a session. It costs exactly one password hash, whether or not the address has an account, and more only to
// renew a hash made with old parameters.
// Errors: domain.ErrInvalidCredentials, whatever the reason; domain.Errors.
func (a *App) LogIn(ctx context.Context, email, password string) (TokenPair, error) {
	var fields domain.Fields
	address, err := domain.ParseEmail(email)
	fields.Check("email", err)
	attempt, err := domain.ParsePassword(password)
	fields.Check("password", err)
	if err := fields.Err(); err != nil {
		return TokenPair{}, err
	}
	index, err := a.emailIndex(address)
	if err != nil {
		return TokenPair{}, err
	}
	u, err := a.Store.Repos().Accounts.Verified(ctx, index)
	if err != nil && !errors.Is(err, ports.ErrNotFound) {
		return TokenPair{}, fmt.Errorf("find who logs in: %w", err)
	}
	match, err := a.Hasher.Verify(ctx, attempt, u.PasswordHash)
	if err != nil {
		return TokenPair{}, fmt.Errorf("check a password at login: %w", err)
	}
	if !match.OK || !u.CanSignIn() {
		return TokenPair{}, domain.ErrInvalidCredentials
	}
	if match.Stale {
		u.PasswordHash = a.renewHash(ctx, u, attempt)
	}
	return a.open(ctx, u)
}

func (a *App) open(ctx context.Context, u domain.User) (TokenPair, error) {
	now := a.Now()
	opened, err := a.newSession(u.ID, now)
	if err != nil {
		return TokenPair{}, err
	}
	if err := a.Store.Repos().Sessions.Open(ctx, opened.session, u.PasswordHash); err != nil {
		return TokenPair{}, lost(err, domain.ErrInvalidCredentials)
	}
	return a.tokenPair(opened, now)
}

// renewHash replaces a hash made with old parameters and returns the one now stored. Failing to is no reason to refuse the
// login: the next one tries again.
func (a *App) renewHash(ctx context.Context, u domain.User, proven domain.Password) domain.PasswordHash {
	renewed, err := a.Hasher.Hash(ctx, proven)
	if err != nil {
		return u.PasswordHash
	}
	err = a.Store.Repos().Accounts.ReplacePassword(ctx, u.ID, u.PasswordHash, renewed, a.Now())
	switch {
	case err == nil:
		return renewed
	case errors.Is(err, ports.ErrConflict):
		return a.othersHash(ctx, u, proven)
	default:
		return u.PasswordHash
	}
}

// othersHash returns the hash that a simultaneous login stored first, if it is of the same password.
func (a *App) othersHash(ctx context.Context, u domain.User, proven domain.Password) domain.PasswordHash {
	stored, err := a.Store.Repos().Accounts.ByID(ctx, u.ID)
	if err != nil {
		return u.PasswordHash
	}
	if match, err := a.Hasher.Verify(ctx, proven, stored.PasswordHash); err != nil || !match.OK {
		return u.PasswordHash
	}
	return stored.PasswordHash
}

// provePassword checks that somebody known by other means knows the password too.
func (a *App) provePassword(ctx context.Context, attempt domain.Password, u domain.User) error {
	match, err := a.Hasher.Verify(ctx, attempt, u.PasswordHash)
	if err != nil {
		return fmt.Errorf("check a password: %w", err)
	}
	if !match.OK {
		return domain.ErrWrongPassword
	}
	return nil
}
