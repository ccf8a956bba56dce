package app

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// LogInInput is what somebody logs in with, as it came.
type LogInInput struct {
	Email, Password string
	// DeviceToken is that of an earlier login from the same device; empty if there was none.
	DeviceToken string
	// From is the client's network.
	From netip.Prefix
}

// String hides what somebody logs in with.
func (LogInInput) String() string { return "[login]" }

// GoString hides it from %#v.
func (i LogInInput) GoString() string { return i.String() }

// credentials are the parsed input of a login.
type credentials struct {
	address domain.Email
	attempt domain.Password
	by      domain.Guess
}

// LogIn opens a session. It costs exactly one password hash, whether or not the address has an account, and more only to
// renew a hash made with old parameters; none once there were too many wrong guesses.
// Errors: domain.ErrInvalidCredentials, whatever the reason; domain.ErrTooManyAttempts; domain.ErrPasswordDisabled;
// domain.Errors.
func (a *App) LogIn(ctx context.Context, in LogInInput) (SignedIn, error) {
	c, err := a.parseLogIn(in)
	if err != nil {
		return SignedIn{}, err
	}
	g, err := a.takeGuess(ctx, c.by)
	if err != nil {
		return SignedIn{}, err
	}
	u, err := a.Store.Repos().Accounts.Verified(ctx, c.by.Address)
	if err != nil && !errors.Is(err, ports.ErrNotFound) {
		return SignedIn{}, a.giveBack(ctx, g.budgets, fmt.Errorf("find who logs in: %w", err))
	}
	match, err := g.try(ctx, c.attempt, u.PasswordHash, u.CanSignIn(), domain.ErrInvalidCredentials)
	if err != nil {
		return SignedIn{}, err
	}
	if match.Stale {
		u.PasswordHash = a.renewHash(ctx, u, c.attempt)
	}
	return a.open(ctx, u, a.knownOrNew(c.by.Device))
}

func (a *App) parseLogIn(in LogInInput) (c credentials, err error) {
	var fields domain.Fields
	c.address, err = domain.ParseEmail(in.Email)
	fields.Check("email", err)
	c.attempt, err = domain.ParsePassword(in.Password)
	fields.Check("password", err)
	c.by.Device, err = a.device(in.DeviceToken, c.address)
	fields.Check("device_token", err)
	if err := fields.Err(); err != nil {
		return credentials{}, err
	}
	if c.by.Address, err = a.emailIndex(c.address); err != nil {
		return credentials{}, err
	}
	c.by.Network, err = a.networkPseudonym(in.From)
	return c, err
}

func (a *App) open(ctx context.Context, u domain.User, on domain.DeviceID) (SignedIn, error) {
	now := a.Now()
	opened, err := a.newSession(u.ID, on, now)
	if err != nil {
		return SignedIn{}, err
	}
	if err := a.Store.Repos().Sessions.Open(ctx, opened.session, u.PasswordHash); err != nil {
		return SignedIn{}, lost(err, domain.ErrInvalidCredentials)
	}
	return a.signedIn(opened, u.Email, now)
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

// provePassword checks that a signed-in user knows the password too. The guess counts for the device of the session.
// Errors: domain.ErrWrongPassword; domain.ErrTooManyAttempts; domain.ErrPasswordDisabled; domain.ErrInvalidAccessToken.
func (a *App) provePassword(ctx context.Context, c domain.Caller, attempt domain.Password, u domain.User) error {
	session, err := a.Store.Repos().Sessions.Own(ctx, c, a.Now())
	if err != nil {
		return lost(err, domain.ErrInvalidAccessToken)
	}
	g, err := a.takeGuess(ctx, domain.Guess{Address: u.EmailIndex, Device: session.DeviceID})
	if err != nil {
		return err
	}
	_, err = g.try(ctx, attempt, u.PasswordHash, true, domain.ErrWrongPassword)
	return err
}
